import { describe, expect, test } from 'vitest';
import { refusal, standing } from '../../../machines/index.ts';
import { playPlan, turns } from '../play.ts';
import { decisionOf, idOf } from '../spec.ts';

const planId = idOf('P');

describe('A refusal', () => {
  test('is not given to a command that the plan obeys', () => {
    const { actor } = playPlan();
    expect(refusal(actor.getSnapshot(), { type: 'execute' })).toBeNull();
  });

  test('says where the plan is, what the command needs, and what to type instead', () => {
    const { actor } = playPlan();
    expect(refusal(actor.getSnapshot(), { type: 'apply', target: { kind: 'checkout' }, approved: true })).toEqual({
      code: 'PHASE_GUARD',
      message:
        '"apply" is refused: the plan is at strategize.queued; it needs a reviewed result, and execute is not complete',
      hints: [`troupe plan execute ${planId}`, `troupe plan pause ${planId}`, `troupe plan explain ${planId}`],
    });
    expect(refusal(actor.getSnapshot(), { type: 'approve' })?.message).toContain('nothing waits for approval');
    expect(refusal(actor.getSnapshot(), { type: 'resume' })?.message).toContain('not paused');
    expect(refusal(actor.getSnapshot(), { type: 'revert', decision: decisionOf('V'), guidance: '' })?.code).toBe(
      'PHASE_GUARD',
    );
  });

  test('tells the second of two at the same time that the first has won [R99]', async () => {
    const { actor, at } = playPlan({ strategize: () => new Promise(() => {}) });
    actor.send({ type: 'start' });
    await at({ strategize: { processing: 'working' } });
    actor.send({ type: 'execute' });
    expect(refusal(actor.getSnapshot(), { type: 'execute' })).toMatchObject({
      code: 'LOCK_CONFLICT',
      message: '"execute" must wait: it is at work in strategize.processing',
    });
  });

  test('knows what is under way although the plan seems to stand still', async () => {
    const { actor, here } = playPlan();
    actor.send({ type: 'execute' });
    await turns(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await turns(() => here() === 'execute.complete');
    const command = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: false };
    actor.send(command);
    expect(here()).toBe('execute.complete');
    expect(refusal(actor.getSnapshot(), command)).toMatchObject({ code: 'LOCK_CONFLICT' });
  });

  test('of a command that has no condition says where the plan is', () => {
    const { actor } = playPlan();
    actor.send({ type: 'pause' });
    expect(refusal(actor.getSnapshot(), { type: 'pause' })?.message).toBe(
      '"pause" is refused: the plan is at strategize.paused',
    );
  });

  test('of a conflict where there is none says so', () => {
    const { actor } = playPlan();
    const refused = refusal(actor.getSnapshot(), { type: 'resolve', conflictId: 'x', resolution: { take: 'ours' } });
    expect(refused).toMatchObject({ code: 'UNKNOWN_CONFLICT', message: 'There is no conflict x; none is open' });
  });

  test('says that nothing leads on from cancelled', () => {
    const { actor } = playPlan();
    actor.send({ type: 'cancel', reason: '' });
    expect(refusal(actor.getSnapshot(), { type: 'execute' })?.message).toContain(
      'the plan is cancelled, and nothing leads on',
    );
    expect(standing(actor.getSnapshot())).toMatchObject({ state: 'cancelled', resting: false, ways: [] });
  });

  test('says that nothing leads on from applied', async () => {
    const { actor, here, rested } = playPlan();
    actor.send({ type: 'execute' });
    await turns(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await rested();
    actor.send({ type: 'apply', target: { kind: 'checkout' }, approved: true });
    await rested();
    expect(refusal(actor.getSnapshot(), { type: 'execute' })?.message).toContain(
      'the plan is applied, and nothing leads on',
    );
    expect(standing(actor.getSnapshot())).toMatchObject({ state: 'applied', resting: false, ways: [] });
  });

  test('knows that a child has ended', async () => {
    const { actor, rested } = playPlan({}, { depth: 1 });
    await rested();
    expect(refusal(actor.getSnapshot(), { type: 'execute' })?.message).toContain('ended at execute.complete');
  });
});
