import { describe, expect, test } from 'vitest';
import { createMergeContext, currentChild, firstPending } from '../../../machines/merge/context.ts';
import {
  applyTargetOf,
  createPlanContext,
  effectiveSpec,
  errorOf,
  positionBeforePause,
  promptDefinition,
  requireCorrection,
  requireRollback,
  requireSandbox,
  requireSandboxAndStart,
  requireTree,
  stopReasonText,
} from '../../../machines/plan/context.ts';
import { errorFromOutput } from '../../../machines/plan/output.ts';
import { primaryProject } from '../../../src/model/primary-project.ts';
import { sampleSpec, sampleError as someError } from '../fixtures.ts';

const fresh = createPlanContext({ spec: sampleSpec() });

describe('A missing value that a chart needs is a bug, and throws at once', () => {
  test('a sandbox before it is prepared', () => {
    expect(() => requireSandboxAndStart(fresh)).toThrow(TypeError);
    expect(() => requireSandboxAndStart({ ...fresh, sandbox: { key: 'k', path: '/s' } })).toThrow(
      'before its sandbox is prepared',
    );
  });

  test('a tree before it is made', () => {
    expect(() => requireTree(fresh, 'workTree')).toThrow('uses its workTree before it is made');
    expect(requireTree({ ...fresh, workTree: 't' }, 'workTree')).toBe('t');
  });

  test('files, or a rollback or correction that was not requested', () => {
    expect(() => requireSandbox(fresh)).toThrow('needs its sandbox and has none');
    expect(() => requireRollback(fresh)).toThrow('rolls back without a request');
    expect(() => requireCorrection(fresh)).toThrow('is corrected without a request');
    expect(() => primaryProject({ ...sampleSpec(), projectLinks: [] })).toThrow('has no project link');
  });

  test('a child to fold, or a resolution to carry out, that is not there', () => {
    const context = createMergeContext({
      spec: sampleSpec(),
      attempt: 1,
      sandbox: { key: 's', path: '/s' },
      guidance: [],
      ours: 't',
      children: [],
      strategy: 'threeWay',
    });
    expect(() => currentChild(context)).toThrow('no child 0');
    expect(() => firstPending(context)).toThrow('no resolution');
    expect(() =>
      firstPending({ ...context, pendingResolutions: [{ conflictId: 'x', resolution: { take: 'ours' } }] }),
    ).toThrow('no resolution');
  });
});

test('The root decision states the definition of done, if there is one', () => {
  expect(promptDefinition(sampleSpec()).rationale).toBe('Requested by the user.');
  expect(promptDefinition(sampleSpec({ definitionOfDone: 'it greets' })).rationale).toBe('Done means: it greets');
});

describe('A missing option has one default everywhere', () => {
  test('a plan that is not paused comes back to where it is', () => {
    expect(positionBeforePause(fresh)).toEqual(fresh.position);
  });

  test('no target is the checkout', () => {
    expect(applyTargetOf(fresh)).toEqual({ kind: 'checkout' });
    expect(applyTargetOf({ applyTarget: { kind: 'patch', file: 'f' } })).toEqual({ kind: 'patch', file: 'f' });
  });

  test('a plan is called back for the reason given, or for what went wrong, or is taken back', () => {
    expect(stopReasonText({ cancelReason: 'enough', error: someError() })).toBe('enough');
    expect(stopReasonText({ cancelReason: null, error: someError() })).toBe('it broke');
    expect(stopReasonText(fresh)).toBe('The plan is taken back');
  });

  test('a failure without an error is still a failure', () => {
    expect(errorOf(fresh)).toMatchObject({ code: 'INTERNAL', retriable: false });
    expect(errorFromOutput({ outcome: 'cancelled', reason: 'enough' })).toMatchObject({
      code: 'CANCELLED',
      message: 'It ended cancelled: enough',
    });
    expect(errorFromOutput({ outcome: 'odd' }).message).toBe('It ended odd: no reason given');
    expect(errorFromOutput({ outcome: 'failed', error: someError() })).toEqual(someError());
  });

  test('before the first reconciliation the invariants are those the plan was made with', () => {
    const spec = sampleSpec();
    expect(effectiveSpec(fresh)).toEqual(spec);
    expect(effectiveSpec({ ...fresh, invariants: [] })).toEqual({ ...spec, invariants: [] });
  });
});
