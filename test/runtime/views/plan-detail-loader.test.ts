import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEvent } from '../../../src/model/event.ts';
import type { Plan, Troupe } from '../../../src/runtime/api.ts';
import type { PlanDetail } from '../../../src/runtime/views/plan-detail.ts';
import { createPlanDetailLoader } from '../../../src/runtime/views/plan-detail-loader.ts';
import { childId, planRecord, rootId } from '../../cli/sample-records.ts';

/** A selected plan: every load waits until the test lets it pass or fail. */
function watched() {
  const clock = manualClock();
  const looks: { planId: string; pass(): void; fail(): void }[] = [];
  let attempt = 1;
  const plan = (planId: string): Plan =>
    ({
      id: planId,
      record: async () => planRecord({ planId, attempt }),
      decisions: async () => [],
      conflicts: { list: async () => [] },
      checkpoints: { list: async () => [] },
    }) as unknown as Plan;
  const troupe = {
    get: (planId: string) =>
      new Promise<Plan>((resolve, reject) => {
        looks.push({
          planId,
          pass: () => resolve(plan(planId)),
          fail: () => reject(new TroupeError('UNKNOWN_PLAN', 'gone')),
        });
      }),
  } as unknown as Troupe;
  const shown: PlanDetail[] = [];
  const view = createPlanDetailLoader(troupe, { clock, changed: detail => shown.push(detail) });
  return {
    view,
    clock,
    looks,
    shown,
    /** Sets the attempt that later records have. */
    at: (now: number) => {
      attempt = now;
    },
  };
}

const nextTick = () => new Promise(resolve => setImmediate(resolve));
const planEvent = (planId: string, type: string, more: object = {}) =>
  ({ planId, type, seq: '00000009', at: '2026-12-01T00:00:00.000Z', ...more }) as PlanEvent;
const made = planEvent(rootId, 'checkpoint.created', { checkpoint: { checkpointId: 'C1', seq: 1 } });

describe('The detail view of a plan', () => {
  test('includes events that arrived while it was loaded', async () => {
    const { view, looks, shown } = watched();
    expect(view.apply([planEvent(rootId, 'plan.started')])).toBeNull();
    view.select(rootId);
    expect(view.planId()).toBe(rootId);
    expect(view.apply([made, planEvent(childId, 'plan.started')])).toBeNull();
    looks[0]?.pass();
    await nextTick();
    expect(shown).toMatchObject([{ planId: rootId, checkpoints: [{ checkpointId: 'C1' }] }]);
  });

  test('shows the last selected plan, although an earlier one loads later, and nothing without a selection', async () => {
    const { view, looks, shown } = watched();
    view.select(rootId);
    view.select(childId);
    looks[1]?.pass();
    looks[0]?.pass();
    await nextTick();
    expect(shown.map(({ planId }) => planId)).toEqual([childId]);
    view.select(null);
    expect(view.apply([planEvent(childId, 'plan.started')])).toBeNull();
    expect(looks).toHaveLength(2);
  });

  test('reloads its record some time after an event, once for several events', async () => {
    const { view, looks, shown, clock, at } = watched();
    view.select(rootId);
    looks[0]?.pass();
    await nextTick();
    at(2);
    view.apply([made]);
    clock.advance(10_000);
    expect(looks).toHaveLength(1);
    view.apply([planEvent(rootId, 'plan.started')]);
    view.apply([planEvent(rootId, 'plan.started')]);
    clock.advance(10_000);
    expect(looks).toHaveLength(2);
    looks[1]?.pass();
    await nextTick();
    expect(shown.at(-1)?.record.attempt).toBe(2);
    // Another plan is selected during the load: its result is ignored.
    view.apply([planEvent(rootId, 'plan.started')]);
    clock.advance(10_000);
    view.select(childId);
    looks[2]?.pass();
    await nextTick();
    expect(shown).toHaveLength(2);
  });

  test('reloads after a rollback, and keeps its contents if the plan no longer exists', async () => {
    const { view, looks, shown } = watched();
    view.select(rootId);
    looks[0]?.pass();
    await nextTick();
    view.apply([planEvent(rootId, 'plan.rolled_back', { childPlanIds: [] })]);
    expect(looks).toHaveLength(2);
    looks[1]?.fail();
    await nextTick();
    expect(shown).toHaveLength(1);
    expect(view.apply([made])?.checkpoints).toHaveLength(1);
  });
});
