/** Text of the events in which users take part: approvals, corrections, rollbacks, and waiting. */
import { expect, test } from 'vitest';
import { TroupeError } from '../../../src/model/errors.ts';
import { formatEvent } from '../../../src/presentation/event-message.ts';
import { type ActivityByPlan, applyEvent } from '../../../src/presentation/plan-activity.ts';
import { planCreated, planEvent, rootId } from '../sample-records.ts';

const board: ActivityByPlan = new Map();
applyEvent(board, planCreated(rootId, 'Rename'));
const base = { planId: rootId } as const;
const error = new TroupeError('AGENT_FAILED', 'exit\n1').toJSON();
const messageOf = (...given: Parameters<typeof planEvent>) => formatEvent(planEvent(...given), board);

const approval = (answer: object | null) =>
  ({ approvalId: rootId, planId: rootId, rootPlanId: rootId, tool: 'builtin/x', words: 'rm\na', answer }) as never;

test('A tool call asks for approval, and is answered or waits', () => {
  expect(messageOf({ ...base, type: 'approval.requested', approval: approval(null) })).toMatchObject({
    text: 'Rename: asks to rm a',
    mark: 'warning',
  });
  const answered = (answer: object | null) =>
    messageOf({ ...base, type: 'approval.answered', approval: approval(answer) })?.text;
  expect(answered({ verdict: 'denied' })).toBe('Rename: rm a: denied');
  expect(answered(null)).toBe('Rename: rm a: pending');
});

test('A rollback reports how many files it restored, or why it failed', () => {
  const rollback = { ...base, rollbackId: rootId, checkpointId: rootId };
  const changes = [{ file: 'a.txt', action: 'restored' as const }];
  const back = { ...rollback, type: 'plan.rolled_back' as const, sequence: 1, decisionId: rootId, childPlanIds: [] };
  expect(messageOf({ ...back, changes })).toMatchObject({
    text: 'Rename: rolled back; 1 file restored',
    mark: 'warning',
  });
  expect(messageOf({ ...rollback, type: 'plan.rollback_failed', error })).toMatchObject({
    text: 'Rename: could not roll back: exit 1',
    mark: 'failed',
  });
});

test('A correction reports what changes, or why nothing does', () => {
  const corrected = (mode: 'append' | 'revert') =>
    messageOf({ ...base, type: 'plan.corrected', correction: { mode, guidance: 'in\nsrc' } as never })?.text;
  expect(corrected('append')).toBe('Rename: guidance added: in src');
  expect(corrected('revert')).toBe('Rename: decision changed: in src');
  const failed = { ...base, type: 'plan.correction_failed' as const, correctionId: rootId, decisionId: rootId, error };
  expect(messageOf(failed)).toMatchObject({ text: 'Rename: could not correct the plan: exit 1', mark: 'failed' });
});

test('Delivered guidance, and added or removed invariants are reported', () => {
  expect(messageOf({ ...base, type: 'guidance.delivered', guidance: ['x'] })).toMatchObject({
    text: 'Rename: guidance passed to the agent',
    verbose: true,
  });
  expect(messageOf({ ...base, type: 'invariant.added', invariant: { text: 'Only\nsrc' } as never })?.text).toBe(
    'Rename: invariant added: Only src',
  );
  expect(messageOf({ ...base, type: 'invariant.removed', invariantId: rootId })?.text).toBe(
    `Rename: invariant ${rootId.slice(-8)} removed`,
  );
});

test('A queued agent reports what it waits for', () => {
  const queue = { cap: 'machine', agent: 'coder', most: 1, ahead: 0 } as never;
  expect(messageOf({ ...base, type: 'agent.queued', queue })).toMatchObject({
    text: 'Rename: waits: 1 agent on this machine may work at once, and that many are working; it is next',
    transient: true,
  });
});

test('Cached checks are distinguished from those that ran', () => {
  const result = { name: 'c', passed: true, cached: true } as never;
  expect(messageOf({ ...base, type: 'validation.finished', round: 1, results: [result] })?.text).toBe(
    'Rename: 1/1 checks passed (1 cached)',
  );
});
