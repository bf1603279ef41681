import { describe, expect, test } from 'vitest';
import { thresholdNames } from '../../../src/model/profile.ts';
import { createRedactor } from '../../../src/model/redactor.ts';
import { parseAction } from '../../../src/runtime/actions/actions.ts';
import { createPlanSpec } from '../../../src/runtime/actions/create-plan-spec.ts';
import type { UseOptions } from '../../../src/runtime/options.ts';
import { findProfile, profileNames } from '../../../src/runtime/profiles/profiles.ts';
import { testId } from '../../fixtures.ts';

const action = parseAction({
  name: 'rename',
  description: 'Rename {{from}} to {{to}}',
  executionActor: 'worker',
  arguments: { from: { required: true }, to: { default: 'new' }, depth: { type: 'number' }, dry: { type: 'boolean' } },
  invariants: ['Tests stay', { text: 'Only code', check: { kind: 'paths', allow: ['src/**'] } }],
  validations: [{ name: 'test', argv: ['node', '{{actionDir}}/check.mjs', '{{from}}'] }],
});

let minted = 0;
function make(options: Partial<UseOptions> = {}, with_: { profile?: string; action?: typeof action } = {}) {
  return createPlanSpec(
    { action, arguments: { from: 'old' }, ...options },
    {
      action: with_.action ?? action,
      heads: [{ alias: 'main', root: '/p', kind: 'git', commit: 'c', tree: 't', branch: null }],
      now: 0,
      mintId: () => testId(`M${minted++}`),
      profile: with_.profile ?? 'supervised',
      depthMax: 5,
      redactor: createRedactor(),
      env: {},
    },
  );
}

describe('creating a plan from an action', () => {
  test('substitutes arguments in its texts and commands', () => {
    const spec = make({ actionDir: '/actions' });
    expect(spec.description).toBe('Rename old to new');
    expect(spec.arguments).toEqual({ from: 'old', to: 'new' });
    expect(spec.validations[0]?.argv).toEqual(['node', '/actions/check.mjs', 'old']);
  });

  test('knows only the names of its arguments, and no inherited object property', () => {
    const written = {
      name: 'use',
      description: 'Use {{constructor}}, {{ toString }} and {{from}}',
      executionActor: 'a',
    };
    const from = { required: true };
    const plain = parseAction({ ...written, arguments: { from } });
    expect(make({}, { action: plain }).description).toBe('Use {{constructor}}, {{ toString }} and old');
    expect(() => make({ arguments: { from: 'old', toString: 'x' } })).toThrow('has no argument "toString"');
    const named = parseAction({ ...written, arguments: { from, constructor: { default: 'ours' } } });
    expect(make({}, { action: named }).description).toBe('Use ours, {{ toString }} and old');
  });

  test('copies the invariants of the action to the plan and records their source [R21]', () => {
    const spec = make({ invariants: [{ text: 'Mine', check: null, nonOverridable: false, each: 'phase' }] });
    expect(spec.invariants.map(({ text, scope, origin }) => [text, scope, origin])).toEqual([
      ['Mine', 'plan', 'plan'],
      ['Tests stay', 'plan', 'action'],
      ['Only code', 'plan', 'action'],
    ]);
  });

  test('refuses a non-overridable invariant that is neither global nor of an action', () => {
    const invariants = [{ text: 'Mine', check: null, nonOverridable: true, each: 'phase' as const }];
    expect(() => make({ invariants })).toThrow(
      'Only a global invariant, or one of an action, can be one that nothing overrides',
    );
  });

  test('substitutes arguments in the environment variables and sets their priority as the action says [R47]', () => {
    const own = parseAction({
      ...{ name: 'env', description: 'd', executionActor: 'worker', arguments: { level: { default: 'low' } } },
      executionEnvironment: { LEVEL: '{{level}}' },
      executionEnvPriority: 'override',
    });
    const spec = make({ action: own, arguments: {} }, { action: own });
    expect([spec.executionEnvironment, spec.executionEnvPriority]).toEqual([{ LEVEL: 'low' }, 'override']);
    expect([make().executionEnvironment, make().executionEnvPriority]).toEqual([{}, 'fallback']);
  });

  test('makes the plan its own root at depth 0 [R75]', () => {
    const spec = make();
    expect([spec.rootPlanId, spec.parentPlanId, spec.depth]).toEqual([spec.planId, null, 0]);
  });

  test('stores the whole profile: that of the plan, else of the action, else the default [R110]', () => {
    expect(make().profileSnapshot).toEqual(findProfile('supervised'));
    expect(make({}, { profile: 'ci' }).automationProfile).toBe('ci');
    expect(make({ profile: 'auto' }, { profile: 'ci' }).profileSnapshot).toEqual(findProfile('auto'));
  });

  test.each([
    [{ arguments: {} }, /"from" is required/],
    [{ arguments: { from: 'a', form: 'b' } }, /no argument "form"; it has from, to, depth, dry/],
    [{ arguments: { from: 'a', depth: 'deep' } }, /"depth" must be a number, not "deep"/],
    [{ arguments: { from: 'a', dry: 'maybe' } }, /"dry" must be a boolean/],
  ])('refuses arguments %j', (options, message) => {
    expect(() => make(options)).toThrow(message);
  });

  test('converts arguments to their types', () => {
    expect(make({ arguments: { from: 1, depth: '3', dry: 'true' } }).arguments).toEqual({
      from: '1',
      to: 'new',
      depth: 3,
      dry: true,
    });
    expect(make({ arguments: { from: 'a', depth: 2, dry: false } }).arguments).toEqual({
      from: 'a',
      to: 'new',
      depth: 2,
      dry: false,
    });
  });

  test('refuses an archived action', () => {
    const archived = { ...action, state: 'archived' as const };
    expect(() =>
      createPlanSpec(
        { action: archived },
        {
          action: archived,
          heads: [{ alias: 'main', root: '/p', kind: 'git', commit: 'c', tree: 't', branch: null }],
          now: 0,
          mintId: () => testId('A'),
          profile: 'auto',
          depthMax: 5,
          redactor: createRedactor(),
          env: {},
        },
      ),
    ).toThrow(/archived/);
  });
});

describe('profiles', () => {
  test('are eight, each with eleven thresholds between 0 and 1', () => {
    expect(profileNames).toEqual(['manual', 'review', 'supervised', 'cautious', 'trusted', 'auto', 'ci', 'full-auto']);
    expect(thresholdNames).toHaveLength(11);
    for (const name of profileNames) expect(Object.keys(findProfile(name).thresholds)).toEqual([...thresholdNames]);
  });

  test('are refused if unknown, and the error lists the known ones [R109]', () => {
    expect(() => findProfile('reckless')).toThrow(/"reckless"; known are manual, review, supervised/);
  });
});

test('an unknown execution mode is refused by name [R17]', () => {
  const subplans = { executionMode: 'chaotic' };
  expect(() => parseAction({ name: 'a', description: 'b', executionActor: 'c', subplans })).toThrow(/executionMode/);
});
