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
  expect(answered({ verdict: 'answered', text: 'only\na' })).toBe('Rename: rm a: only a');
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

test('A part that is applied is reported with its target, and so is one that is not', () => {
  const part = { files: ['a', 'b'], target: { kind: 'branch', branch: 'side' } } as never;
  expect(messageOf({ ...base, type: 'plan.part_applied', part, from: [], links: [] })).toMatchObject({
    text: 'Rename: applied 2 files to the branch side; the rest of the plan continues',
    mark: 'done',
  });
  expect(messageOf({ ...base, type: 'plan.part_apply_failed', error } as never)).toMatchObject({
    text: 'Rename: could not apply the part: exit 1',
    mark: 'failed',
  });
});

test('A change of the checkout is a warning until a person accepts it', () => {
  const change = (accepted: boolean) =>
    messageOf({
      ...base,
      type: 'checkout.changed',
      change: { ...base, rootPlanId: rootId, files: ['a'], accepted },
    } as never);
  expect(change(false)).toMatchObject({ mark: 'warning', verbose: false });
  expect(change(true)).toMatchObject({ text: 'Rename: you accepted changes in your checkout: a', verbose: true });
});

test('A review has its most serious finding', () => {
  const finding = (severity: string, text: string) => ({ severity, path: null, line: null, text });
  const reviewed = (...findings: object[]) => messageOf({ ...base, type: 'review.finished', findings } as never);
  expect(reviewed()).toMatchObject({ text: 'Rename: reviewed, no findings', mark: 'done' });
  const note = finding('advisory', 'The name is long');
  const advisory = reviewed(note);
  expect(advisory?.text).toMatch(/^Rename: reviewed, 1 finding, 0 blocking: .*The name is long$/);
  expect(advisory?.mark).toBe('warning');
  const blocking = reviewed(note, finding('blocking', 'It deletes a'));
  expect(blocking?.text).toMatch(/^Rename: reviewed, 2 findings, 1 blocking: .*It deletes a$/);
  expect(blocking?.mark).toBe('failed');
});

test('A search for the subplan that breaks a check reports whether it found one', () => {
  const finished = (outcome: string) => {
    const bisection = { validation: 'npm test', outcome, subplans: [{ goal: 'a' }], runs: 2 };
    return messageOf({ ...base, type: 'bisection.finished', bisection } as never);
  };
  expect(finished('found')).toMatchObject({ text: 'Rename: subplan "a" breaks "npm test"', mark: 'failed' });
  expect(finished('base')?.mark).toBe('warning');
});
