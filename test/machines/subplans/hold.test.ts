import { describe, expect, test } from 'vitest';
import { planIn, turns as until } from '../play.ts';
import { idOf } from '../spec.ts';
import { fails, group, named, never } from './group.ts';

describe('A hold', () => {
  test('stops everybody, starts nobody, and lets all go on after', async () => {
    let isHeld = true;
    const { actor, ended, started } = group(named('A', 'B', 'C'), { maxParallel: 2 }, () => (isHeld ? never() : 't'));
    await until(() => started.length === 2);
    actor.send({ type: 'pause' });
    expect(planIn(actor, idOf('A')).snapshot().context.place.state).toBe('paused');
    isHeld = false;
    started.length = 0;
    actor.send({ type: 'resume' });
    expect((await ended()).outcome).toBe('complete');
    expect(started).toEqual([idOf('A'), idOf('B'), idOf('C')]);
  });

  test('outlasts the last child, so that the parent is there when the group ends', async () => {
    let release = () => {};
    const { actor, started, states } = group(named('A'), {}, () => 't', {
      dismiss: () =>
        new Promise(resolve => {
          release = () => resolve({ ref: null });
        }),
    });
    await until(() => started.length === 1 && planIn(actor, idOf('A')).snapshot().matches('parting'));
    actor.send({ type: 'pause' });
    release();
    await until(() => states()[idOf('A')] === 'complete');
    expect(actor.getSnapshot().status).toBe('active');
    actor.send({ type: 'resume' });
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'complete' });
  });

  test('ends with a cancel', async () => {
    const { actor, ended, started } = group(named('A', 'B'), { maxParallel: 1 }, never);
    await until(() => started.length === 1);
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough', children: [] });
  });

  test('of a group that is being called off does not keep a second cancel from being heard', async () => {
    const { actor, ended, started } = group(
      named('A', 'B'),
      { failFast: true, retryFailed: false },
      planId => (planId === idOf('A') ? fails() : never()),
      { dismiss: () => new Promise(resolve => setImmediate(() => resolve({ ref: null }))) },
    );
    await until(() => started.length === 2 && actor.getSnapshot().value === 'dispersing');
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough' });
  });
});
