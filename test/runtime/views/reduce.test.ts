import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan, PlanEvent, PlanRecord } from '../../../src/index.ts';
import { loadPlanDetail, type PlanDetail, reducePlanDetail } from '../../../src/runtime/views/plan-detail.ts';
import { type PlanSummaries, reducePlanSummaries, toPlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import type { PlanSummary } from '../../../src/runtime/views/plan-summary.ts';
import {
  reduceSubplanStatuses,
  type SubplanStatuses,
  toSubplanStatuses,
} from '../../../src/runtime/views/subplan-statuses.ts';
import { testSeed } from '../../seed.ts';
import { recordSampleEvents, type SampleEvents } from './sample-events.ts';

let sample: SampleEvents;
let records: PlanRecord[];
let ends: Map<string, PlanDetail>;

beforeAll(async () => {
  sample = await recordSampleEvents();
  records = await sample.testProject.troupe.list({ all: true, children: true });
  const details = await Promise.all(
    records.map(async ({ planId }) => loadPlanDetail(await sample.testProject.troupe.get(planId))),
  );
  ends = new Map(details.map(detail => [detail.planId, detail]));
  return () => sample.testProject.close();
}, 60_000);

interface Shown {
  plans: PlanSummaries;
  subplans: SubplanStatuses;
}

const nothing: Shown = { plans: {}, subplans: {} };
const shownAfter = ({ plans, subplans }: Shown, events: readonly PlanEvent[]): Shown => ({
  plans: reducePlanSummaries(plans, events),
  subplans: reduceSubplanStatuses(subplans, events),
});
/** The parts of a plan that are known from events alone. */
const knownFields = ({ planId, phase, state, goal, parentPlanId, depth }: PlanSummary) => ({
  ...{ planId, phase, state, goal, parentPlanId, depth },
});
const parts = ({ decisions, conflicts, checkpoints, validations }: PlanDetail) => ({
  ...{ decisions, conflicts, checkpoints, results: validations.results },
});
const lastReturn = (plan: Plan) =>
  sample.events.findLastIndex(({ type, planId }) => type === 'plan.rolled_back' && planId === plan.id);

/** Two positions in the events, the first not after the second. */
const places = () =>
  fc
    .tuple(fc.integer({ min: 0, max: sample.events.length }), fc.integer({ min: 0, max: sample.events.length }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

describe('the state reduced from events', () => {
  test('is tested with every kind of event that views show', () => {
    const types = new Set(sample.events.map(({ type }) => type));
    for (const type of [
      ...['plan.created', 'plan.phase_changed', 'plan.applied', 'plan.cancelled', 'plan.rolled_back', 'plan.corrected'],
      ...['subplan.changed', 'conflict.found', 'conflict.resolved', 'decision.recorded', 'checkpoint.created'],
      ...['validation.finished', 'error.recorded'],
    ]) {
      expect(types).toContain(type);
    }
  });

  test('matches the records of plans and their children', () => {
    const shown = shownAfter(nothing, sample.events);
    const recorded = toPlanSummaries(records);
    expect(Object.values(shown.plans).map(knownFields)).toEqual(Object.values(recorded).map(knownFields));
    expect(shown.subplans).toEqual(toSubplanStatuses(records));
  });

  test('is the same for late readers, and for readers that get events twice', () => {
    fc.assert(
      fc.property(places(), ([from, to]) => {
        const late = shownAfter(nothing, sample.events.slice(0, to));
        // All events from an earlier position are delivered again, as to a reader that subscribed before it loaded.
        expect(shownAfter(late, sample.events.slice(from))).toEqual(shownAfter(nothing, sample.events));
      }),
      { seed: testSeed('views that join late'), numRuns: 60 },
    );
  });

  test('does not modify earlier states', () => {
    const middle = Math.floor(sample.events.length / 2);
    const early = shownAfter(nothing, sample.events.slice(0, middle));
    const kept = structuredClone(early);
    shownAfter(early, sample.events.slice(middle));
    expect(early).toEqual(kept);
    expect(reducePlanSummaries(early.plans, [])).toBe(early.plans);
    expect(reduceSubplanStatuses(early.subplans, sample.events.slice(0, 1))).toBe(early.subplans);
  });

  test('includes the decisions, conflicts, checkpoints and checks of each plan', () => {
    for (const [planId, end] of ends) {
      const empty: PlanDetail = {
        ...end,
        ...{ decisions: [], conflicts: [], checkpoints: [], validations: { results: [], violations: [] } },
      };
      const isReturned = planId === sample.plans.quarrel.id;
      const shown = parts(reducePlanDetail(empty, sample.events));
      const wanted = parts(end);
      // After a rollback decisions and conflicts are loaded again; everything else is known from events alone.
      expect(isReturned ? { ...shown, decisions: [], conflicts: [] } : shown).toEqual(
        isReturned ? { ...wanted, decisions: [], conflicts: [] } : wanted,
      );
    }
  });

  test('is the same for a plan that was loaded while it ran', () => {
    for (const [planId, end] of ends) {
      const after = lastReturn(sample.plans.quarrel) + 1;
      const own = sample.events.slice(planId === sample.plans.quarrel.id ? after : 0);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: own.length }), from => {
          expect(parts(reducePlanDetail(end, own.slice(from)))).toEqual(parts(end));
        }),
        { seed: testSeed(`a close view of ${end.record.actionName}`), numRuns: 20 },
      );
    }
  });
});
