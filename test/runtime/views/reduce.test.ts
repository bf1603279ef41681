import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan, PlanEvent, PlanRecord } from '../../../src/index.ts';
import { type Detail, detailOf, reduceDetail } from '../../../src/runtime/views/detail.ts';
import type { PlanLine } from '../../../src/runtime/views/plan-line.ts';
import { type Plans, plansOf, reducePlans } from '../../../src/runtime/views/plans.ts';
import { reduceSubplans, type Subplans, subplansOf } from '../../../src/runtime/views/subplans.ts';
import { seedOf } from '../../seed.ts';
import { type Story, story } from './story.ts';

let told: Story;
let records: PlanRecord[];
let ends: Map<string, Detail>;

beforeAll(async () => {
  told = await story();
  records = await told.house.troupe.plans({ all: true, children: true });
  const details = await Promise.all(records.map(async ({ planId }) => detailOf(await told.house.troupe.plan(planId))));
  ends = new Map(details.map(detail => [detail.planId, detail]));
  return () => told.house.close();
}, 60_000);

interface Shown {
  plans: Plans;
  subplans: Subplans;
}

const nothing: Shown = { plans: {}, subplans: {} };
const shownAfter = ({ plans, subplans }: Shown, events: readonly PlanEvent[]): Shown => ({
  plans: reducePlans(plans, events),
  subplans: reduceSubplans(subplans, events),
});
/** What events alone say of a plan. */
const heard = ({ planId, phase, state, goal, parentPlanId, depth }: PlanLine) => ({
  ...{ planId, phase, state, goal, parentPlanId, depth },
});
const parts = ({ decisions, conflicts, checkpoints, checks }: Detail) => ({
  ...{ decisions, conflicts, checkpoints, results: checks.results },
});
const lastReturn = (plan: Plan) =>
  told.events.findLastIndex(({ type, planId }) => type === 'plan.rolled_back' && planId === plan.id);

/** Two places among the events, the first not after the second. */
const places = () =>
  fc
    .tuple(fc.integer({ min: 0, max: told.events.length }), fc.integer({ min: 0, max: told.events.length }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

describe('what is made of events', () => {
  test('the story holds every kind of event that views show', () => {
    const types = new Set(told.events.map(({ type }) => type));
    for (const type of [
      ...['plan.created', 'plan.phase_changed', 'plan.applied', 'plan.cancelled', 'plan.rolled_back', 'plan.corrected'],
      ...['subplan.changed', 'conflict.found', 'conflict.resolved', 'decision.recorded', 'checkpoint.created'],
      ...['validation.finished', 'error.recorded'],
    ]) {
      expect(types).toContain(type);
    }
  });

  test('is where the records say that plans and their children stand', () => {
    const shown = shownAfter(nothing, told.events);
    const recorded = plansOf(records);
    expect(Object.values(shown.plans).map(heard)).toEqual(Object.values(recorded).map(heard));
    expect(shown.subplans).toEqual(subplansOf(records));
  });

  test('is the same for those who come late, and for those who hear again what they saw', () => {
    fc.assert(
      fc.property(places(), ([from, to]) => {
        const late = shownAfter(nothing, told.events.slice(0, to));
        // Everything from an earlier place on is told once more, as to one who listened before it looked.
        expect(shownAfter(late, told.events.slice(from))).toEqual(shownAfter(nothing, told.events));
      }),
      { seed: seedOf('views that join late'), numRuns: 60 },
    );
  });

  test('changes nothing that was shown before', () => {
    const middle = Math.floor(told.events.length / 2);
    const early = shownAfter(nothing, told.events.slice(0, middle));
    const kept = structuredClone(early);
    shownAfter(early, told.events.slice(middle));
    expect(early).toEqual(kept);
    expect(reducePlans(early.plans, [])).toBe(early.plans);
    expect(reduceSubplans(early.subplans, told.events.slice(0, 1))).toBe(early.subplans);
  });

  test('is of each plan its decisions, conflicts, checkpoints and checks', () => {
    for (const [planId, end] of ends) {
      const empty: Detail = {
        ...end,
        ...{ decisions: [], conflicts: [], checkpoints: [], checks: { results: [], violations: [] } },
      };
      const isReturned = planId === told.plans.quarrel.id;
      const shown = parts(reduceDetail(empty, told.events));
      const wanted = parts(end);
      // After a way back decisions are looked at anew; everything else is known from events alone.
      expect(isReturned ? { ...shown, decisions: [] } : shown).toEqual(
        isReturned ? { ...wanted, decisions: [] } : wanted,
      );
    }
  });

  test('is the same of a plan that was looked at while it went on', () => {
    for (const [planId, end] of ends) {
      const after = lastReturn(told.plans.quarrel) + 1;
      const own = told.events.slice(planId === told.plans.quarrel.id ? after : 0);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: own.length }), from => {
          expect(parts(reduceDetail(end, own.slice(from)))).toEqual(parts(end));
        }),
        { seed: seedOf(`a close view of ${end.record.actionName}`), numRuns: 20 },
      );
    }
  });
});
