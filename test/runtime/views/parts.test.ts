import { describe, expect, test } from 'vitest';
import { reduceConflicts } from '../../../src/model/conflict-history.ts';
import type { PlanEvent, PlanEventPayload } from '../../../src/model/event.ts';
import { approvalsByPlan, attentionItems } from '../../../src/runtime/views/attention.ts';
import { reduceCheckpoints } from '../../../src/runtime/views/checkpoints.ts';
import { reducePlanSummaries, toPlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import { reduceValidationSummary } from '../../../src/runtime/views/validations.ts';
import { childId, planRecord, rootId } from '../../cli/sample-records.ts';

const at = '2026-12-01T00:00:00.000Z';
const planEvent = (payload: object, seq = '00000009'): PlanEvent => ({
  ...(payload as PlanEventPayload),
  planId: rootId,
  seq,
  at,
});

describe('the parts of a detail view', () => {
  test('list each violated invariant once, and keep the check results if no check ran', () => {
    const violated = { type: 'invariant.violated', invariantId: 'I', text: 'No secrets', files: ['a'] };
    const results = [{ name: 'tests', passed: true }] as never;
    const before = { results, violations: [] };
    const once = reduceValidationSummary(before, planEvent(violated));
    expect(once.violations).toMatchObject([{ text: 'No secrets', seq: '00000009', at }]);
    expect(reduceValidationSummary(once, planEvent(violated))).toBe(once);
    expect(reduceValidationSummary(once, planEvent(violated, '00000010')).violations).toHaveLength(2);
    expect(reduceValidationSummary(before, planEvent({ type: 'validation.finished', round: 1, results: [] }))).toBe(
      before,
    );
  });

  test('show a conflict as open again when it is reopened, or reduced to its open hunks', () => {
    const conflict = (conflictId: string, more: object = {}) => ({ conflictId, path: 'a.txt', ...more });
    const found = ['B', 'A'].map(id => planEvent({ type: 'conflict.found', conflict: conflict(id) }));
    const both = found.reduce(reduceConflicts, []);
    expect(both.map(({ conflictId }) => conflictId)).toEqual(['A', 'B']);
    const resolution = { take: 'ours' };
    const resolved = reduceConflicts(both, planEvent({ type: 'conflict.resolved', conflictId: 'A', resolution }));
    expect(resolved.map(each => each.resolution)).toEqual([resolution, null]);
    for (const type of ['conflict.reopened', 'conflict.hunk_resolved']) {
      const open = reduceConflicts(resolved, planEvent({ type, conflict: conflict('A', { kind: 'content' }) }));
      expect(open).toMatchObject([{ conflictId: 'A', kind: 'content', resolution: null }, { conflictId: 'B' }]);
    }
  });

  test('keep the choice that resolved the last hunk', () => {
    const hunks = [{ taken: 'ours' }, { taken: null }];
    const found = planEvent({ type: 'conflict.found', conflict: { conflictId: 'A', path: 'a.txt', hunks } });
    const resolution = { take: 'hunk', hunk: 2, pick: 'theirs' };
    const [resolved] = reduceConflicts(
      reduceConflicts([], found),
      planEvent({ type: 'conflict.resolved', conflictId: 'A', resolution }),
    );
    expect(resolved).toMatchObject({ resolution, hunks: [{ taken: 'ours' }, { taken: 'theirs' }] });
  });

  test('remove a checkpoint that was deleted', () => {
    const made = [{ checkpointId: 'C1' }, { checkpointId: 'C2' }] as never;
    const left = reduceCheckpoints(made, planEvent({ type: 'checkpoint.deleted', checkpointId: 'C1' }));
    expect(left.map(({ checkpointId }) => checkpointId)).toEqual(['C2']);
  });
});

describe('all plans', () => {
  const plans = toPlanSummaries([planRecord({ state: 'processing', resting: false })]);

  test('list calls that wait for approval as the most urgent, and ignore unknown plans', () => {
    const asked = planEvent({ type: 'approval.requested', approval: { approvalId: '1', tool: 'builtin/run-command' } });
    expect(attentionItems(reducePlanSummaries(plans, [asked]))).toMatchObject([
      { planId: rootId, kind: 'tool-approval', availableCommands: [] },
    ]);
    expect(reducePlanSummaries(plans, [{ ...asked, planId: 'another' } as PlanEvent])).toBe(plans);
  });

  test('list the approvals of a subplan for every plan above it [R288]', () => {
    const known = toPlanSummaries([
      planRecord(),
      planRecord({ planId: childId, parentPlanId: rootId, depth: 1, resting: false }),
    ]);
    const approval = { approvalId: '1', tool: 'builtin/run', words: 'run npm test', folder: '/sandbox' };
    const asked = { ...planEvent({ type: 'approval.requested', approval }), planId: childId } as PlanEvent;
    const asks = approvalsByPlan(reducePlanSummaries(known, [asked]));
    for (const id of [rootId, childId]) {
      expect(asks.get(id)).toMatchObject([{ planId: childId, words: 'run npm test', folder: '/sandbox' }]);
    }
    expect(approvalsByPlan(known).size).toBe(0);
  });

  test('show known children as cancelled after a rollback', () => {
    const known = toPlanSummaries([
      planRecord(),
      planRecord({ planId: childId, parentPlanId: rootId, depth: 1, resting: false }),
    ]);
    const back = planEvent({ type: 'plan.rolled_back', childPlanIds: [childId, 'another'] });
    expect(reducePlanSummaries(known, [back])[childId]?.state).toBe('cancelled');
  });
});
