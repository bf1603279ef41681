import { describe, expect, test } from 'vitest';
import {
  childrenOf,
  type Decision,
  Fault,
  needsOf,
  type PlanRecord,
  progressOf,
  type SubplanLine,
  treeRows,
  whyWaiting,
} from '../../../src/index.ts';
import { lineOf } from '../../../src/runtime/views/plan-line.ts';
import { plansOf } from '../../../src/runtime/views/plans.ts';
import { childId, record, rootId } from '../../cli/records.ts';

const secondId = '01KAJ0000000000000CH12DP2N';
const error = new Fault('AGENT_FAILED', 'it broke').toJSON();
const child = (planId: string, changes: Partial<PlanRecord> = {}) =>
  record({
    planId,
    parentPlanId: rootId,
    depth: 1,
    description: planId.slice(-4),
    resting: false,
    ways: [],
    ...changes,
  });
const status = (planId: string, state: SubplanLine['state'], decisionId = planId): SubplanLine => ({
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
const facts = { now: Date.parse('2026-11-21T10:00:00.000Z'), subplans: {}, children: [] };

describe('what waits for a person', () => {
  test('is what rests, most pressing first', () => {
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
    const needs = needsOf(plansOf(standings.map(([planId, changes]) => record({ planId, ...changes }))));
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
    expect(needs[0]?.ways).toEqual(['apply', 'revert', 'cancel']);
  });

  test('is no child that its parent looks after', () => {
    const own = { depth: 1, parentPlanId: rootId };
    const needs = needsOf(
      plansOf([
        record({ planId: childId, ...own, state: 'errored' }),
        record({ planId: secondId, ...own, state: 'complete', phase: 'execute' }),
      ]),
    );
    expect(needs).toEqual([]);
  });
});

describe('why a plan waits', () => {
  test('for a person, for a limit, to try again', () => {
    expect(whyWaiting(lineOf(record({ state: 'conflicted' })), facts)).toEqual({ for: 'person', need: 'conflict' });
    const waiting = (category: typeof error.category, until: string | null) =>
      lineOf(
        record({
          ...{ state: 'processing', resting: false, updatedAt: '2026-11-21T10:00:00.000Z' },
          waiting: { fault: { ...error, category }, tries: 1, triesMax: 3, waitMs: 5_000, until },
        }),
      );
    const until = '2026-11-21T11:00:00.000Z';
    expect(whyWaiting(waiting('rate_limited', until), facts)).toEqual({ for: 'limit', until, message: 'it broke' });
    expect(whyWaiting(waiting('transient', null), facts)).toMatchObject({
      for: 'retry',
      until: '2026-11-21T10:00:05.000Z',
    });
    expect(whyWaiting(waiting('transient', null), { ...facts, now: facts.now + 5_000 })).toBeNull();
  });

  test('for siblings, for its turn, for its children', () => {
    const queued = lineOf(child(childId, { phase: 'strategize', state: 'queued', spawnDecisionId: childId }));
    expect(whyWaiting(queued, facts)).toEqual({ for: 'turn' });
    const spawns = [{ decisionId: childId, payload: { dependencies: [secondId] } }] as object[] as Decision[];
    const behind = { ...facts, spawns, subplans: { [secondId]: status(secondId, 'running') } };
    expect(whyWaiting(queued, behind)).toEqual({ for: 'siblings', planIds: [secondId] });
    const done = { ...behind, subplans: { [secondId]: status(secondId, 'complete') } };
    expect(whyWaiting(queued, done)).toEqual({ for: 'turn' });
    const parent = lineOf(record({ state: 'processing', resting: false }));
    expect(whyWaiting(parent, facts)).toBeNull();
    const children = [childId, secondId].map(planId => lineOf(child(planId)));
    const subplans = { [childId]: status(childId, 'pending'), [secondId]: status(secondId, 'running') };
    expect(whyWaiting(parent, { ...facts, subplans, children })).toEqual({ for: 'children', running: 1, pending: 1 });
    expect(whyWaiting(lineOf(record({ state: 'applied', resting: false })), facts)).toBeNull();
  });
});

describe('a tree', () => {
  const grandchild = '01KAJ0000000000000GRANDC1D';
  const plans = plansOf([
    record(),
    child(childId),
    child(secondId, { phase: 'strategize', state: 'cancelled' }),
    record({ planId: grandchild, parentPlanId: childId, depth: 2 }),
  ]);
  const children = childrenOf(plans);
  const root = plans[rootId] ?? lineOf(record());

  test('has a row for each plan, and none below one that is folded', () => {
    const all = treeRows(root, children, new Set());
    expect(all.map(({ line, follows }) => [line.planId, follows])).toEqual([
      [rootId, []],
      [childId, [true]],
      [grandchild, [true, false]],
      [secondId, [false]],
    ]);
    const folded = treeRows(root, children, new Set([childId, grandchild]));
    expect(folded.map(({ line, folded, children }) => [line.planId, folded, children])).toEqual([
      [rootId, false, 2],
      [childId, true, 1],
      [secondId, false, 0],
    ]);
  });

  test('counts how far a plan came, without children that were taken back', () => {
    expect(progressOf(rootId, children, {})).toEqual({ done: 1, total: 1, failed: 0 });
    expect(progressOf(rootId, children, { [secondId]: status(secondId, 'cancelled') })).toEqual({
      ...{ done: 1, total: 2, failed: 1 },
    });
    expect(progressOf(grandchild, children, {})).toEqual({ done: 0, total: 0, failed: 0 });
  });
});
