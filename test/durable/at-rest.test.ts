/** When a system rests, and when its first timer is due. */
import { expect, test } from 'vitest';
import { createActor, createMachine, fromCallback } from 'xstate';
import type { ActorEntry } from '../../src/durable/actor-registry.ts';
import { findNextDue, findRest } from '../../src/durable/at-rest.ts';
import { chartOf } from '../../src/durable/chart.ts';

interface Timer {
  due: number;
  remainingMs?: number;
}

/** An actor with its timers; a machine only moves with events, a callback works by itself. */
function entryOf(logic: 'machine' | 'callback', ...timers: Timer[]): ActorEntry {
  const ref = createActor(logic === 'machine' ? createMachine({}) : fromCallback(() => undefined));
  const rows = timers.map((timer, at) => [`t${at}`, { row: { ...timer, event: { type: 'X' } } }] as const);
  return { ref, timers: timers.length === 0 ? undefined : new Map(rows) } as unknown as ActorEntry;
}

test.each([
  ['without actors', [], {}, undefined],
  ['with a machine', [entryOf('machine')], {}, undefined],
  ['with an actor that works by itself', [entryOf('callback')], undefined, undefined],
  [
    'with timers',
    [entryOf('machine', { due: 900 }, { due: 700 }), entryOf('machine', { due: 800 })],
    { nextDue: 700 },
    700,
  ],
  ['with a timer that is due', [entryOf('machine', { due: 100 })], undefined, 100],
  ['with a paused timer', [entryOf('machine', { due: 50, remainingMs: 10 })], {}, undefined],
  [
    'with a paused timer and another',
    [entryOf('machine', { due: 50, remainingMs: 10 }, { due: 700 })],
    { nextDue: 700 },
    700,
  ],
])('the rest of a system %s', (_, entries, rest, nextDue) => {
  expect(findRest(entries, 100)).toEqual(rest);
  expect(findNextDue(entries)).toBe(nextDue);
});

test('a chart names what has a name, and calls the rest inline', () => {
  const named = () => undefined;
  const machine = createMachine({
    id: 'm',
    entry: [
      'text',
      { type: 'object' },
      named,
      (
        () => () =>
          undefined
      )(),
    ],
    exit: [],
  });
  const chart = chartOf(machine);
  expect(chart?.root.entry).toEqual(['text', 'object', 'named', 'inline']);
  expect(chart?.root.initial).toEqual([]);
  expect(chartOf(fromCallback(() => undefined))).toBeNull();
});
