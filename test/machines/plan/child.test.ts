import { describe, expect, test } from 'vitest';
import { ulidOf } from '../fixtures.ts';
import { runPlan } from '../run-machine.ts';

describe('A child plan', () => {
  const child = { planId: ulidOf('C'), parentPlanId: ulidOf('P'), depth: 1 };

  test('starts by itself, ends at execute.complete and hands over its tree', async () => {
    const put: string[] = [];
    const { actor, untilResting, positions } = runPlan(
      {
        archiveSandbox: ({ reason }) => {
          put.push(reason);
          return { ref: null };
        },
      },
      child,
    );
    await untilResting();
    expect(actor.getSnapshot().output).toEqual({
      outcome: 'complete',
      planId: child.planId,
      baseTree: 't0',
      treeOid: 't0=Say hello',
    });
    expect(positions().at(-1)).toBe('execute.complete');
    expect(put).toEqual(['complete']);
  });

  test('that fails ends with its error and the phase it failed in', async () => {
    const { actor, untilResting } = runPlan({ execute: () => Promise.reject(new TypeError('boom')) }, child);
    await untilResting();
    expect(actor.getSnapshot().output).toMatchObject({
      outcome: 'failed',
      phase: 'execute',
      error: { code: 'INTERNAL', message: 'boom' },
    });
  });

  test.each([
    ['preflight', { preflight: () => Promise.reject(new Error('no agent')) }],
    [
      'an invariant',
      { check: () => ({ violations: [{ invariantId: ulidOf('I'), text: 'x', files: [], message: 'm' }] }) },
    ],
  ])('that is stopped by %s fails instead of waiting for a person', async (_, answers) => {
    const rule = {
      invariantId: ulidOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'parent' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    const { actor, untilResting } = runPlan(answers, { ...child, invariants: [rule] });
    await untilResting();
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'failed', phase: 'strategize' });
  });

  test('that expires captures its sandbox and fails with the reason it was given', async () => {
    const put: unknown[] = [];
    const { actor, untilResting, untilState } = runPlan(
      {
        execute: () => new Promise(() => {}),
        archiveSandbox: ({ sandbox }) => {
          put.push(sandbox?.key);
          return { ref: 'r' };
        },
      },
      child,
    );
    await untilState({ execute: { processing: 'working' } });
    actor.send({
      type: 'expire',
      error: { code: 'TIMED_OUT', category: 'timeout', message: 'too long', hints: [], retriable: true },
    });
    await untilResting();
    expect(actor.getSnapshot().output).toMatchObject({
      outcome: 'failed',
      phase: 'execute',
      error: { code: 'TIMED_OUT' },
    });
    expect(put).toEqual([`${child.planId}-1`]);
  });

  test('of a second attempt does not record its root again', async () => {
    const { untilResting, emitted } = runPlan({}, child, { attempt: 2 });
    await untilResting();
    expect(emitted('decision.recorded')).toEqual([]);
  });
});
