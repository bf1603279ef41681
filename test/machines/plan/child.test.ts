import { describe, expect, test } from 'vitest';
import { playPlan } from '../play.ts';
import { idOf } from '../spec.ts';

describe('A child plan', () => {
  const child = { planId: idOf('C'), parentPlanId: idOf('P'), depth: 1 };

  test('starts by itself, ends at execute.complete and hands over its tree', async () => {
    const put: string[] = [];
    const { actor, rested, ways } = playPlan(
      {
        dismiss: ({ reason }) => {
          put.push(reason);
          return { ref: null };
        },
      },
      child,
    );
    await rested();
    expect(actor.getSnapshot().output).toEqual({
      outcome: 'complete',
      planId: child.planId,
      baseTree: 't0',
      treeOid: 't0=Say hello',
    });
    expect(ways().at(-1)).toBe('execute.complete');
    expect(put).toEqual(['complete']);
  });

  test('that fails ends with its fault and the phase it failed in', async () => {
    const { actor, rested } = playPlan({ execute: () => Promise.reject(new TypeError('boom')) }, child);
    await rested();
    expect(actor.getSnapshot().output).toMatchObject({
      outcome: 'failed',
      phase: 'execute',
      fault: { code: 'INTERNAL', message: 'boom' },
    });
  });

  test.each([
    ['preflight', { preflight: () => Promise.reject(new Error('no agent')) }],
    [
      'an invariant',
      { check: () => ({ violations: [{ invariantId: idOf('I'), text: 'x', files: [], message: 'm' }] }) },
    ],
  ])('that is stopped by %s fails instead of waiting for a person', async (_, answers) => {
    const rule = {
      invariantId: idOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'parent' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    const { actor, rested } = playPlan(answers, { ...child, invariants: [rule] });
    await rested();
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'failed', phase: 'strategize' });
  });

  test('that expires captures its sandbox and fails with the reason it was given', async () => {
    const put: unknown[] = [];
    const { actor, rested, at } = playPlan(
      {
        execute: () => new Promise(() => {}),
        dismiss: ({ sandbox }) => {
          put.push(sandbox?.key);
          return { ref: 'r' };
        },
      },
      child,
    );
    await at({ execute: { processing: 'working' } });
    actor.send({
      type: 'expire',
      fault: { code: 'TIMED_OUT', category: 'timeout', message: 'too long', hints: [], retriable: true },
    });
    await rested();
    expect(actor.getSnapshot().output).toMatchObject({
      outcome: 'failed',
      phase: 'execute',
      fault: { code: 'TIMED_OUT' },
    });
    expect(put).toEqual([`${child.planId}-1`]);
  });

  test('of a second attempt does not record its root again', async () => {
    const { rested, told } = playPlan({}, child, { attempt: 2 });
    await rested();
    expect(told('decision.recorded')).toEqual([]);
  });
});
