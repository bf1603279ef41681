import { describe, expect, test } from 'vitest';
import { type Plan, type PlanRecord, TroupeError } from '../../src/index.ts';
import { advanceIfIdle, advancePlan } from '../../src/presentation/advance-plan.ts';
import { planRecord } from '../cli/sample-records.ts';

/** A plan with this record, and the records it was executed from. */
function planWith(changes: Partial<PlanRecord>, fails?: Error) {
  const executed: PlanRecord[] = [];
  const ifUnchangedSince = (at: PlanRecord) => ({
    async execute() {
      executed.push(at);
      if (fails !== undefined) throw fails;
    },
  });
  const at = planRecord(changes);
  return { plan: { ifUnchangedSince, record: async () => at } as unknown as Plan, at, executed };
}

describe('advancing a plan', () => {
  test.each([
    ['execute', 'complete', 0],
    ['execute', 'errored', 1],
    ['strategize', 'complete', 1],
    ['apply', 'applied', 0],
    ['apply', 'processing', 1],
  ] as const)('from %s %s executes it %i times: only where there is no result yet', async (phase, state, times) => {
    const { plan, at, executed } = planWith({ phase, state });
    await advancePlan(plan, at);
    expect(executed).toEqual(Array.from({ length: times }, () => at));
  });

  test('ignores that another client was faster only with advanceIfIdle', async () => {
    const faster = new TroupeError('LOCK_CONFLICT', 'It is at work');
    const { plan, at, executed } = planWith({ phase: 'execute', state: 'paused' }, faster);
    await expect(advancePlan(plan, at)).rejects.toBe(faster);
    await expect(advanceIfIdle(plan)).resolves.toBeUndefined();
    expect(executed).toHaveLength(2);
  });

  test.each([new TroupeError('PHASE_GUARD', 'no'), new Error('else')])('hides no other error: %s', async failure => {
    await expect(advanceIfIdle(planWith({ phase: 'execute', state: 'paused' }, failure).plan)).rejects.toBe(failure);
  });
});
