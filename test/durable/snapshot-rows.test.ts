/** The conversions between snapshots and stored rows. */
import { expect, test } from 'vitest';
import { type ActorSnapshot, toSnapshotRows, toTimerSnapshot } from '../../src/durable/snapshot.ts';

const state = { value: 'on' };
const event = { type: 'TICK' };

const shop: ActorSnapshot = {
  ...{ uid: 'u1', id: 'shop', machine: 'shop', version: '2', state },
  timers: [
    { id: 'to a child', event, remainingMs: 300, target: 'u2' },
    { id: 'to a stranger', event, remainingMs: 200, target: 'u9' },
    { id: 'paused', event, remainingMs: 100, paused: true },
  ],
  children: [
    { ...{ uid: 'u2', id: 'counter', src: 'counter', systemId: 'main', sync: true, state } },
    { ...{ uid: 'u3', id: 'job', src: 'job', state }, steps: [{ name: 'paid', result: 5 }, { name: 'sent' }] },
  ],
};

const rowsOf = (options: { parent?: string; keepsTargets: boolean }) =>
  toSnapshotRows(shop, { uidOf: ({ uid }) => `new ${uid}`, parent: undefined, now: 1_000, ...options });

test('the rows of a snapshot have new uids, and all that identifies an actor', () => {
  const { node, steps } = rowsOf({ parent: 'root', keepsTargets: false });
  expect(node.row).toEqual({ parent: 'root', id: 'shop', machine: 'shop', version: '2', state });
  expect([...node.children.values()].map(({ row }) => row)).toEqual([
    { parent: 'new u1', id: 'counter', src: 'counter', systemId: 'main', sync: true, state },
    { parent: 'new u1', id: 'job', src: 'job', state },
  ]);
  expect(steps).toEqual([
    { uid: 'new u3', name: 'paid', result: 5 },
    { uid: 'new u3', name: 'sent', result: undefined },
  ]);
  expect(rowsOf({ keepsTargets: false }).node.row).not.toHaveProperty('parent');
});

test('timers go on with their remaining time, and to receivers outside only where these are kept', () => {
  const paused = { uid: 'new u1', id: 'paused', row: { due: 1_100, event, remainingMs: 100 } };
  const child = { uid: 'new u1', id: 'to a child', row: { due: 1_300, event, target: 'new u2' } };
  const stranger = { uid: 'new u1', id: 'to a stranger', row: { due: 1_200, event, target: 'u9' } };
  expect(rowsOf({ keepsTargets: false }).timers).toEqual([paused, child]);
  expect(rowsOf({ keepsTargets: true }).timers).toEqual([paused, stranger, child]);
});

test('a timer in a snapshot has the time that is left, which is none when it is late', () => {
  expect(toTimerSnapshot('t', { due: 1_500, event }, 1_000)).toEqual({ id: 't', event, remainingMs: 500 });
  expect(toTimerSnapshot('t', { due: 500, event }, 1_000)).toEqual({ id: 't', event, remainingMs: 0 });
  expect(toTimerSnapshot('t', { due: 500, event, target: 'u2', remainingMs: 70 }, 1_000)).toEqual({
    ...{ id: 't', event, remainingMs: 70, paused: true, target: 'u2' },
  });
});
