import { describe, expect, test } from 'vitest';
import { type Plan, type PlanRecord, TroupeError } from '../../src/index.ts';
import { advanceIfIdle, advancePlan } from '../../src/presentation/advance-plan.ts';
import { planRecord } from '../cli/sample-records.ts';

/** A plan that was seen so, and how often it was told to go on. */
function seen(changes: Partial<PlanRecord>, fails?: Error) {
  const told: PlanRecord[] = [];
  const asSeen = (at: PlanRecord) => ({
    async execute() {
      told.push(at);
      if (fails !== undefined) throw fails;
    },
  });
  const at = planRecord(changes);
  return { plan: { asSeen, record: async () => at } as unknown as Plan, at, told };
}

describe('going on', () => {
  test.each([
    ['execute', 'complete', 0],
    ['execute', 'errored', 1],
    ['strategize', 'complete', 1],
    ['apply', 'applied', 0],
    ['apply', 'processing', 1],
  ] as const)('from %s %s leads towards a result, where there is none yet', async (phase, state, times) => {
    const { plan, at, told } = seen({ phase, state });
    await advancePlan(plan, at);
    expect(told).toEqual(Array.from({ length: times }, () => at));
  });

  test('minds another that was faster only where it is told to', async () => {
    const faster = new TroupeError('LOCK_CONFLICT', 'It is at work');
    const { plan, at, told } = seen({ phase: 'execute', state: 'paused' }, faster);
    await expect(advancePlan(plan, at)).rejects.toBe(faster);
    await expect(advanceIfIdle(plan)).resolves.toBeUndefined();
    expect(told).toHaveLength(2);
  });

  test.each([new TroupeError('PHASE_GUARD', 'no'), new Error('else')])('hides no other failure: %s', async failure => {
    await expect(advanceIfIdle(seen({ phase: 'execute', state: 'paused' }, failure).plan)).rejects.toBe(failure);
  });
});
