import { describe, expect, test } from 'vitest';
import { ulidOf } from '../fixtures.ts';
import { planActor, waitUntil as until } from '../run-machine.ts';
import { endlessSubplan, failingSubplan, runSubplans, samplesNamed } from './run-subplans.ts';

describe('A hold', () => {
  test('stops every child, starts none, and later resumes all', async () => {
    let isHeld = true;
    const { actor, ended, started } = runSubplans(samplesNamed('A', 'B', 'C'), { maxParallel: 2 }, () =>
      isHeld ? endlessSubplan() : 't',
    );
    await until(() => started.length === 2);
    actor.send({ type: 'pause' });
    expect(planActor(actor, ulidOf('A')).snapshot().context.position.state).toBe('paused');
    isHeld = false;
    started.length = 0;
    actor.send({ type: 'resume' });
    expect((await ended()).outcome).toBe('complete');
    expect(started).toEqual([ulidOf('A'), ulidOf('B'), ulidOf('C')]);
  });

  test('outlasts the last child, so that the parent is there when the group ends', async () => {
    let release = () => {};
    const { actor, started, states } = runSubplans(samplesNamed('A'), {}, () => 't', {
      archiveSandbox: () =>
        new Promise(resolve => {
          release = () => resolve({ ref: null });
        }),
    });
    await until(() => started.length === 1 && planActor(actor, ulidOf('A')).snapshot().matches('finishing'));
    actor.send({ type: 'pause' });
    release();
    await until(() => states()[ulidOf('A')] === 'complete');
    expect(actor.getSnapshot().status).toBe('active');
    actor.send({ type: 'resume' });
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'complete' });
  });

  test('ends with a cancel', async () => {
    const { actor, ended, started } = runSubplans(samplesNamed('A', 'B'), { maxParallel: 1 }, endlessSubplan);
    await until(() => started.length === 1);
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough', children: [] });
  });

  test('of a group that is being cancelled does not hide a second cancel', async () => {
    const { actor, ended, started } = runSubplans(
      samplesNamed('A', 'B'),
      { failFast: true, retryFailed: false },
      planId => (planId === ulidOf('A') ? failingSubplan() : endlessSubplan()),
      { archiveSandbox: () => new Promise(resolve => setImmediate(() => resolve({ ref: null }))) },
    );
    await until(() => started.length === 2 && actor.getSnapshot().value === 'cancelling');
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough' });
  });
});
