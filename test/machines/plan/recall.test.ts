import { describe, expect, test } from 'vitest';
import { refusal } from '../../../machines/index.ts';
import type { Answers } from '../effects.ts';
import { deferred, playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, idOf, memberOf, specOf } from '../spec.ts';

const never = () => new Promise<never>(() => {});
const revert = (guidance = '') => ({
  type: 'revert' as const,
  decision: { ...decisionOf('V'), type: 'reversion' as const },
  guidance,
});

/** A plan that is executing, with its first effect of Execute as given. */
async function executing(answers: Partial<Answers>) {
  const played = playPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  return played;
}

describe('A reversion', () => {
  test('leads an errored Strategize back to queued, three times and not a fourth [R20, R23, R96]', async () => {
    const { actor, rested, here, told } = playPlan({ strategize: () => Promise.reject(new Error('no')) });
    for (let reversion = 1; reversion <= 3; reversion += 1) {
      actor.send({ type: 'start' });
      await rested();
      expect(here()).toBe('strategize.errored');
      expect(refusal(actor.getSnapshot(), revert())).toBeNull();
      actor.send(revert());
      expect([here(), actor.getSnapshot().context.reversionCount, actor.getSnapshot().context.attempt]).toEqual([
        'strategize.queued',
        reversion,
        reversion + 1,
      ]);
    }
    actor.send({ type: 'start' });
    await rested();
    expect(refusal(actor.getSnapshot(), revert())).toMatchObject({ code: 'REVERSION_LIMIT' });
    actor.send(revert());
    expect(here()).toBe('strategize.errored');
    expect(told('plan.phase_changed').filter(({ cause }) => cause === 'revert')).toHaveLength(3);
  });

  test('stops what runs, puts the old sandbox away beside the work and starts from nothing', async () => {
    const put: string[] = [];
    let aborted = false;
    const { actor, at, here, told } = await executing({
      execute: (_, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return never();
      },
      dismiss: ({ sandbox, reason }) => {
        put.push(`${sandbox?.key}: ${reason}`);
        return { ref: null };
      },
    });
    await at({ execute: { processing: 'working' } });
    actor.send(revert('use the other door'));
    expect(here()).toBe('strategize.queued');
    expect(aborted).toBe(true);
    await until(() => put.length === 1);
    expect(put).toEqual([`${idOf('P')}-1: reverted attempt 1`]);
    await until(() => Object.keys(actor.getSnapshot().children).length === 0);
    const { context } = actor.getSnapshot();
    expect(context).toMatchObject({
      sandbox: null,
      startTree: null,
      workTree: null,
      attempt: 2,
      guidance: ['use the other door'],
    });
    expect(told('decision.recorded').at(-1)?.decision.type).toBe('reversion');
  });

  test('waits until the children are called back, and a cancel in between wins', async () => {
    const held = deferred<{ ref: string }>();
    const { actor, here, rested } = await executing({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      dismiss: ({ spec }) => (spec.depth === 0 ? { ref: null } : held.promise),
    });
    await until(() => actor.system.get(`plan:${idOf('A')}`)?.getSnapshot().context.place.state === 'processing');
    await until(() => actor.system.get(`plan:${idOf('A')}`)?.getSnapshot().context.sandbox !== null);
    actor.send(revert());
    expect(here()).toBe('execute.processing');
    expect(refusal(actor.getSnapshot(), { type: 'execute' })).toMatchObject({ code: 'LOCK_CONFLICT' });
    actor.send({ type: 'cancel', reason: 'never mind' });
    held.resolve({ ref: 'r' });
    await rested();
    expect(actor.getSnapshot().output).toEqual({ outcome: 'cancelled', planId: idOf('P'), reason: 'never mind' });
  });
});

describe('A cancel', () => {
  test('calls the children back first, then puts the sandbox away, then says so [R124]', async () => {
    const order: string[] = [];
    const { actor, rested, told, facts } = await executing({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A'), memberOf('B')] : [],
        config: { ...spec.subplanConfig, maxParallel: 1 },
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      dismiss: ({ spec }) => {
        order.push(spec.planId);
        return { ref: null };
      },
    });
    await until(() => actor.system.get(`plan:${idOf('A')}`)?.getSnapshot().context.sandbox != null);
    actor.send({ type: 'cancel', reason: 'enough' });
    await rested();
    expect(order).toEqual([idOf('A'), idOf('P')]);
    expect(told('plan.cancelled').map(({ planId, reason }) => [planId, reason])).toEqual([
      [idOf('B'), 'enough'],
      [idOf('A'), 'enough'],
      [idOf('P'), 'enough'],
    ]);
    expect(facts.at(-1)).toMatchObject({ type: 'plan.phase_changed', to: { phase: 'execute', state: 'cancelled' } });
    expect(actor.getSnapshot().context.cancelReason).toBe('enough');
  });

  test('is possible before anything ran, and while paused', async () => {
    const early = playPlan();
    early.actor.send({ type: 'cancel', reason: 'no' });
    expect(early.here()).toBe('strategize.cancelled');
    const paused = playPlan();
    paused.actor.send({ type: 'pause' });
    paused.actor.send({ type: 'cancel', reason: 'no' });
    expect(paused.here()).toBe('strategize.cancelled');
  });

  test('goes through even when the sandbox cannot be put away', async () => {
    const { actor, at, rested, here } = await executing({
      execute: never,
      dismiss: () => Promise.reject(new Error('busy')),
    });
    await at({ execute: { processing: 'working' } });
    actor.send({ type: 'cancel', reason: 'enough' });
    await rested();
    expect(here()).toBe('execute.cancelled');
  });
});

describe('Guidance', () => {
  test('is recorded at any active phase and reaches the next effect [R105]', async () => {
    const heard: string[][] = [];
    const { actor, rested, told } = playPlan({
      strategize: ({ guidance }) => {
        heard.push([...guidance]);
        return Promise.reject(new Error('no'));
      },
    });
    actor.send({ type: 'start' });
    await rested();
    actor.send({ type: 'prompt', decision: { ...decisionOf('G'), type: 'user_intervention' }, guidance: 'try harder' });
    expect(told('plan.prompted')).toEqual([{ type: 'plan.prompted', planId: idOf('P'), guidance: 'try harder' }]);
    actor.send({ type: 'start' });
    await rested();
    expect(heard).toEqual([[], ['try harder']]);
  });
});

test('Only a child expires', () => {
  const { actor, here } = playPlan();
  actor.send({ type: 'expire', fault: faultOf() });
  expect([here(), specOf().depth]).toEqual(['strategize.queued', 0]);
});
