import { describe, expect, test } from 'vitest';
import { explainRejection, planStatus } from '../../../machines/index.ts';
import { hintLine } from '../../hint-line.ts';
import { sampleDecision, ulidOf } from '../fixtures.ts';
import { runPlan, waitUntil } from '../run-machine.ts';

const planId = ulidOf('P');

describe('A refusal', () => {
  test('is not given to a command that the plan obeys', () => {
    const { actor } = runPlan();
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })).toBeNull();
  });

  test('says where the plan is, what the command needs, and what to type instead', () => {
    const { actor } = runPlan();
    expect(
      explainRejection(actor.getSnapshot(), { type: 'apply', target: { kind: 'checkout' }, approved: true }),
    ).toEqual({
      code: 'PHASE_GUARD',
      message:
        '"apply" is not allowed: the plan is at strategize.queued; it needs a reviewed result, and execute is not complete',
      hints: [
        hintLine(`troupe plan execute ${planId}`),
        hintLine(`troupe plan pause ${planId}`),
        hintLine(`troupe plan explain ${planId}`),
      ],
    });
    expect(explainRejection(actor.getSnapshot(), { type: 'approve' })?.message).toContain('nothing waits for approval');
    expect(explainRejection(actor.getSnapshot(), { type: 'resume' })?.message).toContain('not paused');
    expect(
      explainRejection(actor.getSnapshot(), { type: 'revert', decision: sampleDecision('V'), guidance: '' })?.code,
    ).toBe('PHASE_GUARD');
  });

  test('tells the second of two at the same time that the first has won [R99]', async () => {
    const { actor, untilState } = runPlan({ strategize: () => new Promise(() => {}) });
    actor.send({ type: 'start' });
    await untilState({ strategize: { processing: 'working' } });
    actor.send({ type: 'execute' });
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })).toMatchObject({
      code: 'LOCK_CONFLICT',
      message: '"execute" must wait: it is working in strategize.processing',
    });
  });

  test('knows what is under way although the plan seems to stand still', async () => {
    const { actor, position } = runPlan();
    actor.send({ type: 'execute' });
    await waitUntil(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await waitUntil(() => position() === 'execute.complete');
    const command = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: false };
    actor.send(command);
    expect(position()).toBe('execute.complete');
    expect(explainRejection(actor.getSnapshot(), command)).toMatchObject({ code: 'LOCK_CONFLICT' });
  });

  test('of a command that has no condition says where the plan is', () => {
    const { actor } = runPlan();
    actor.send({ type: 'pause' });
    expect(explainRejection(actor.getSnapshot(), { type: 'pause' })?.message).toBe(
      '"pause" is not allowed: the plan is at strategize.paused',
    );
  });

  test('of a conflict where there is none says so', () => {
    const { actor } = runPlan();
    const refused = explainRejection(actor.getSnapshot(), {
      type: 'resolve',
      conflictId: 'x',
      resolution: { take: 'ours' },
    });
    expect(refused).toMatchObject({ code: 'UNKNOWN_CONFLICT', message: 'There is no conflict x; none is open' });
  });

  test('says that a cancelled plan takes no command', () => {
    const { actor } = runPlan();
    actor.send({ type: 'cancel', reason: '' });
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })?.message).toContain('the plan is cancelled');
    expect(planStatus(actor.getSnapshot())).toMatchObject({
      state: 'cancelled',
      resting: false,
      availableCommands: [],
    });
  });

  test('says that an applied plan takes no command', async () => {
    const { actor, position, untilResting } = runPlan();
    actor.send({ type: 'execute' });
    await waitUntil(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await untilResting();
    actor.send({ type: 'apply', target: { kind: 'checkout' }, approved: true });
    await untilResting();
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })?.message).toContain(
      'the plan is already applied',
    );
    expect(planStatus(actor.getSnapshot())).toMatchObject({ state: 'applied', resting: false, availableCommands: [] });
  });

  test('knows that a child has ended', async () => {
    const { actor, untilResting } = runPlan({}, { depth: 1 });
    await untilResting();
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })?.message).toContain('ended at execute.complete');
  });
});
