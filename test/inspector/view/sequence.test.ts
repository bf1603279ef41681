import { expect, test } from 'vitest';
import type { InspectorEvent } from '../../../src/inspector/state/events.ts';
import { createInspectorStore } from '../../../src/inspector/state/store.ts';
import { actorName, toMessageSequence } from '../../../src/inspector/view/sequence.ts';
import { actorStarted, actorTransitioned, messageReceived, planItem } from '../sample-events.ts';

const filled = (...items: InspectorEvent[]) => {
  const store = createInspectorStore();
  store.add(items);
  return store;
};
const all = { about: null, filter: '', own: false, max: 10 };

test("A sequence separates other actors' messages from steps, and shows no actor twice", () => {
  const store = filled(
    actorStarted('1', { id: 'left' }),
    actorStarted('2', { id: 'right', parent: '1' }),
    messageReceived('2', { from: '1' }),
    actorTransitioned('2', { value: 'on' }),
    messageReceived('1', { from: '2', event: { type: 'BACK' } }),
  );
  const { columns, arrows, olderCount } = toMessageSequence(store, all);
  expect(columns.map(({ name }) => name)).toEqual(['left', 'right']);
  expect(arrows.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(olderCount).toBe(0);
  expect(toMessageSequence(store, { ...all, about: 'absent' })).toEqual({ columns: [], arrows: [], olderCount: 0 });
  expect(toMessageSequence(store, { ...all, filter: 'back', max: 0 })).toEqual({
    columns: [],
    arrows: [],
    olderCount: 1,
  });
});

test('An actor of a plan without a source is called an actor; one without a known chart by its id', () => {
  const id = '01M7YWXBGTZETT7DWMM1W3HGT4';
  const store = filled(planItem(id), actorStarted('1', { id }), actorStarted('2', { id: 'root', chart: 7 }));
  expect(actorName(store, '1')).toMatch(/^actor \w+$/);
  expect(actorName(store, '2')).toBe('root');
});
