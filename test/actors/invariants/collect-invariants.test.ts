import { describe, expect, test } from 'vitest';
import type { Invariant } from '../../../src/model/invariant.ts';
import { reconcileInvariants } from '../../../src/model/invariant-precedence.ts';
import { testId } from '../../fixtures.ts';

let count = 0;
function invariant(text: string, scope: Invariant['scope'], more: Partial<Invariant> = {}): Invariant {
  count += 1;
  return {
    invariantId: testId(`V${count}`),
    text,
    scope,
    origin: scope,
    check: null,
    nonOverridable: false,
    each: 'phase',
    ...more,
  };
}

describe('reconciling invariants', () => {
  test('a plan overrides a project, and a project overrides global ones [R21]', () => {
    const plan = invariant('No new dependency', 'plan');
    const project = invariant('No new dependency ', 'project');
    const global = invariant('no new dependency', 'global');
    const { effective, overridden } = reconcileInvariants([global, project, plan]);
    expect(effective).toEqual([plan]);
    expect(overridden).toEqual([project, global]);
  });

  test('a nonOverridable global one takes precedence over all [R114]', () => {
    const plan = invariant('Keep the licence', 'plan');
    const global = invariant('Keep the licence', 'global', { nonOverridable: true });
    expect(reconcileInvariants([plan, global]).effective).toEqual([global]);
  });

  test('invariants with different texts all stay', () => {
    const rules = [invariant('one', 'plan'), invariant('two', 'project'), invariant('three', 'global')];
    expect(reconcileInvariants(rules)).toEqual({ effective: rules, overridden: [] });
  });
});
