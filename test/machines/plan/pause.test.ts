import { describe, expect, test } from 'vitest';
import type { Answers } from '../effects.ts';
import { playPlan, turns as until } from '../play.ts';
import { idOf, memberOf } from '../spec.ts';

const never = () => new Promise<never>(() => {});

/** A plan that is executing, with its first effect of Execute as given. */
async function executing(answers: Partial<Answers>) {
  const played = playPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  return played;
}

describe('A pause', () => {
  test('keeps the place; resume runs preflight and reconciliation, then goes on there [R94]', async () => {
    const phases: string[] = [];
    const rule = {
      invariantId: idOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'plan' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    let run = 0;
    const { actor, at, here, rested, ways } = await executing({
      preflight: ({ phase }) => {
        phases.push(`preflight ${phase}`);
        return { checked: [] };
      },
      collect: ({ phase }) => {
        phases.push(`collect ${phase}`);
        return { effective: [rule], conflictCount: 0, decisions: [] };
      },
      execute: () => {
        run += 1;
        return run === 1 ? never() : { decisions: [], tree: 't1', toolCalls: 1, run: 'r' };
      },
    });
    await at({ execute: { processing: 'working' } });
    actor.send({ type: 'pause' });
    expect([here(), actor.getSnapshot().hasTag('resting')]).toEqual(['execute.paused', true]);
    phases.length = 0;
    actor.send({ type: 'resume' });
    expect(here()).toBe('execute.paused');
    await rested();
    expect(phases.slice(0, 2)).toEqual(['preflight execute', 'collect execute']);
    expect([here(), run]).toEqual(['execute.complete', 2]);
    expect(ways().slice(-4)).toEqual([
      'execute.processing',
      'execute.paused',
      'execute.processing',
      'execute.complete',
    ]);
  });

  test('lasts when the checks fail on resume, and says why [R94]', async () => {
    let isFit = true;
    const { actor, rested, here, told } = playPlan({
      preflight: () => (isFit ? { checked: [] } : Promise.reject(new Error('no disk'))),
    });
    actor.send({ type: 'start' });
    await rested();
    actor.send({ type: 'pause' });
    isFit = false;
    actor.send({ type: 'resume' });
    await until(() => actor.getSnapshot().hasTag('resting'));
    expect([here(), actor.getSnapshot().context.errorMessage]).toEqual(['strategize.paused', 'no disk']);
    expect(told('error.recorded').at(-1)?.fault.message).toBe('no disk');
    isFit = true;
    actor.send({ type: 'resume' });
    await until(() => here() === 'strategize.complete');
  });

  test('while children work holds them, and loses none of what is finished', async () => {
    let runs: string[] = [];
    let isHeld = true;
    const { actor, here, rested, told } = await executing({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A'), memberOf('B')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => {
        runs.push(spec.planId);
        return spec.planId === idOf('B') && isHeld ? never() : { decisions: [], tree: 't1', toolCalls: 0, run: 'r' };
      },
    });
    await until(() =>
      told('subplan.changed').some(({ status }) => status.planId === idOf('A') && status.state === 'complete'),
    );
    await until(() => runs.includes(idOf('B')));
    actor.send({ type: 'pause' });
    expect(actor.system.get(`plan:${idOf('B')}`)?.getSnapshot().context.place.state).toBe('paused');
    runs = [];
    isHeld = false;
    actor.send({ type: 'resume' });
    await until(() => here() !== 'execute.paused');
    await rested();
    expect([here(), runs]).toEqual(['execute.complete', [idOf('B')]]);
    expect(actor.getSnapshot().context.results.map(({ planId }) => planId)).toEqual([idOf('A'), idOf('B')]);
  });

  test('of a child that cannot resume fails the child, so that its group does not wait for ever', async () => {
    let isFit = true;
    const { actor, rested } = playPlan(
      { execute: never, preflight: () => (isFit ? { checked: [] } : Promise.reject(new Error('no disk'))) },
      { depth: 1 },
    );
    await until(() => actor.getSnapshot().context.sandbox !== null);
    actor.send({ type: 'pause' });
    isFit = false;
    actor.send({ type: 'resume' });
    await rested().catch(() => {});
    await until(() => actor.getSnapshot().status === 'done');
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'failed', fault: { message: 'no disk' } });
  });

  test('at the door of Apply comes back to the door', async () => {
    let isHeld = true;
    const rule = {
      invariantId: idOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'plan' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    const { actor, rested, here, ways, at } = await executing({
      collect: () => ({ effective: [rule], conflictCount: 0, decisions: [] }),
      check: ({ phase }) => (phase === 'apply' && isHeld ? never() : { violations: [] }),
    });
    await rested();
    actor.send({ type: 'apply', target: { kind: 'checkout' }, approved: true });
    await at({ apply: 'entering' });
    actor.send({ type: 'pause' });
    isHeld = false;
    actor.send({ type: 'resume' });
    await until(() => here() === 'apply.applied');
    expect(ways().slice(-5)).toEqual([
      'execute.paused',
      'execute.complete',
      'apply.queued',
      'apply.processing',
      'apply.applied',
    ]);
  });
});
