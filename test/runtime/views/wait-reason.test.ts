import { describe, expect, test } from 'vitest';
import {
  attentionItems,
  childProgress,
  childrenByParent,
  type Decision,
  type PlanRecord,
  planTreeRows,
  type SubplanStatusOfParent,
  TroupeError,
  waitReason,
} from '../../../src/index.ts';
import { toPlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import { toPlanSummary } from '../../../src/runtime/views/plan-summary.ts';
import { childId, planRecord, rootId } from '../../cli/sample-records.ts';

const secondId = '01KAJ0000000000000CH12DP2N';
const error = new TroupeError('AGENT_FAILED', 'it broke').toJSON();
const child = (planId: string, changes: Partial<PlanRecord> = {}) =>
  planRecord({
    planId,
    parentPlanId: rootId,
    depth: 1,
    description: planId.slice(-4),
    resting: false,
    availableCommands: [],
    ...changes,
  });
const status = (planId: string, state: SubplanStatusOfParent['state'], decisionId = planId): SubplanStatusOfParent => ({
  ...{
    planId,
    decisionId,
    goal: '',
    state,
    attempt: 1,
    error: null,
    attempts: [],
    treeOid: null,
    parentPlanId: rootId,
  },
});
const situation = { now: Date.parse('2026-11-21T10:00:00.000Z'), subplans: {}, children: [] };

describe('what waits for a person', () => {
  test('lists resting plans, the most urgent first', () => {
    const standings: [string, Partial<PlanRecord>][] = [
      ['01KAJ0000000000000000000A1', { state: 'paused', phase: 'execute' }],
      ['01KAJ0000000000000000000A2', { state: 'complete', phase: 'strategize' }],
      ['01KAJ0000000000000000000A3', { state: 'conflicted', phase: 'execute' }],
      ['01KAJ0000000000000000000A4', { state: 'errored', phase: 'execute' }],
      ['01KAJ0000000000000000000A5', { state: 'constrained', phase: 'apply' }],
      ['01KAJ0000000000000000000A6', { state: 'complete', phase: 'execute' }],
      ['01KAJ0000000000000000000A7', { state: 'queued', phase: 'execute' }],
      ['01KAJ0000000000000000000A8', { state: 'complete', phase: 'strategize', error }],
      ['01KAJ0000000000000000000A9', { state: 'applied', phase: 'apply', resting: false }],
    ];
    const needs = attentionItems(
      toPlanSummaries(standings.map(([planId, changes]) => planRecord({ planId, ...changes }))),
    );
    expect(needs.map(({ planId, kind }) => [planId.slice(-2), kind])).toEqual([
      ['A3', 'conflict'],
      ['A8', 'refused'],
      ['A4', 'failed'],
      ['A5', 'constrained'],
      ['A2', 'approval'],
      ['A7', 'approval'],
      ['A6', 'done'],
      ['A1', 'paused'],
    ]);
    expect(needs[0]?.availableCommands).toEqual(['apply', 'revert', 'cancel']);
  });

  test('omits children that their parent handles', () => {
    const own = { depth: 1, parentPlanId: rootId };
    const needs = attentionItems(
      toPlanSummaries([
        planRecord({ planId: childId, ...own, state: 'errored' }),
        planRecord({ planId: secondId, ...own, state: 'complete', phase: 'execute' }),
      ]),
    );
    expect(needs).toEqual([]);
  });
});

describe('the reason why a plan waits', () => {
  test('is a person, a limit or a retry', () => {
    expect(waitReason(toPlanSummary(planRecord({ state: 'conflicted' })), situation)).toEqual({
      for: 'person',
      need: 'conflict',
    });
    const waiting = (category: typeof error.category, until: string | null) =>
      toPlanSummary(
        planRecord({
          ...{ state: 'processing', resting: false, updatedAt: '2026-11-21T10:00:00.000Z' },
          waiting: { error: { ...error, category }, tries: 1, triesMax: 3, waitMs: 5_000, until },
        }),
      );
    const until = '2026-11-21T11:00:00.000Z';
    expect(waitReason(waiting('rate_limited', until), situation)).toEqual({ for: 'limit', until, message: 'it broke' });
    expect(waitReason(waiting('transient', null), situation)).toMatchObject({
      for: 'retry',
      until: '2026-11-21T10:00:05.000Z',
    });
    expect(waitReason(waiting('transient', null), { ...situation, now: situation.now + 5_000 })).toBeNull();
  });

  test('is its siblings, a slot or its children', () => {
    const queued = toPlanSummary(child(childId, { phase: 'strategize', state: 'queued', spawnDecisionId: childId }));
    expect(waitReason(queued, situation)).toEqual({ for: 'turn' });
    const spawns = [{ decisionId: childId, payload: { dependencies: [secondId] } }] as object[] as Decision[];
    const behind = { ...situation, spawns, subplans: { [secondId]: status(secondId, 'running') } };
    expect(waitReason(queued, behind)).toEqual({ for: 'siblings', planIds: [secondId] });
    const done = { ...behind, subplans: { [secondId]: status(secondId, 'complete') } };
    expect(waitReason(queued, done)).toEqual({ for: 'turn' });
    const parent = toPlanSummary(planRecord({ state: 'processing', resting: false }));
    expect(waitReason(parent, situation)).toBeNull();
    const children = [childId, secondId].map(planId => toPlanSummary(child(planId)));
    const subplans = { [childId]: status(childId, 'pending'), [secondId]: status(secondId, 'running') };
    expect(waitReason(parent, { ...situation, subplans, children })).toEqual({
      for: 'children',
      running: 1,
      pending: 1,
    });
    expect(waitReason(toPlanSummary(planRecord({ state: 'applied', resting: false })), situation)).toBeNull();
  });
});

describe('a tree', () => {
  const grandchild = '01KAJ0000000000000GRANDC1D';
  const plans = toPlanSummaries([
    planRecord(),
    child(childId),
    child(secondId, { phase: 'strategize', state: 'cancelled' }),
    planRecord({ planId: grandchild, parentPlanId: childId, depth: 2 }),
  ]);
  const children = childrenByParent(plans);
  const root = plans[rootId] ?? toPlanSummary(planRecord());

  test('has a row for each plan, and none below a collapsed one', () => {
    const all = planTreeRows(root, children, new Set());
    expect(all.map(({ plan, siblingsFollow }) => [plan.planId, siblingsFollow])).toEqual([
      [rootId, []],
      [childId, [true]],
      [grandchild, [true, false]],
      [secondId, [false]],
    ]);
    const folded = planTreeRows(root, children, new Set([childId, grandchild]));
    expect(folded.map(({ plan, collapsed, children }) => [plan.planId, collapsed, children])).toEqual([
      [rootId, false, 2],
      [childId, true, 1],
      [secondId, false, 0],
    ]);
  });

  test('counts the progress of a plan without children that were rolled back', () => {
    expect(childProgress(rootId, children, {})).toEqual({ done: 1, total: 1, failed: 0 });
    expect(childProgress(rootId, children, { [secondId]: status(secondId, 'cancelled') })).toEqual({
      ...{ done: 1, total: 2, failed: 1 },
    });
    expect(childProgress(grandchild, children, {})).toEqual({ done: 0, total: 0, failed: 0 });
  });
});
