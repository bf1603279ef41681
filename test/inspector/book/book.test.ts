import { describe, expect, test } from 'vitest';
import { Book } from '../../../src/inspector/book/book.ts';
import type { Item } from '../../../src/inspector/book/item.ts';
import { differences, standAfter } from '../../../src/inspector/book/stand.ts';
import { born, moved, planItem, received } from '../items.ts';

const filled = (items: Item[], bounds = {}) => {
  const book = new Book(bounds);
  book.add(items);
  return book;
};

describe('the book', () => {
  test('knows of each actor where it stands, what it heard and who is below it', () => {
    const book = filled([
      born('1'),
      born('2', { parent: '1', stand: { value: 'idle', status: 'active', context: { n: 1, old: true } } }),
      received('2', { from: '1' }),
      moved('2', { value: 'busy', set: { n: 2 }, unset: ['old'] }),
    ]);
    expect(book.actors.get('1')?.children).toEqual(['2']);
    expect(book.actors.get('2')).toMatchObject({
      now: { value: 'busy', context: { n: 2 } },
      base: { context: { n: 1 } },
    });
    expect(book.actors.get('2')?.log).toHaveLength(2);
    expect(standAfter(book.actors.get('2') as never, 0)).toMatchObject({ value: 'idle', context: { n: 1, old: true } });
  });

  test('keeps only so many events, and still every state in between', () => {
    const items: Item[] = [born('1', { stand: { value: null, status: 'active', context: { n: 0 } } })];
    for (let n = 1; n <= 50; n++) items.push(moved('1', { set: { n } }));
    const book = new Book({ logMax: 10 });
    for (const item of items) book.add([item]);
    const actor = book.actors.get('1');
    expect(book.log.length).toBeLessThanOrEqual(11);
    expect(actor?.log.length).toBe(book.log.length);
    expect(actor?.base.context.n).toBe(50 - book.log.length);
    expect(standAfter(actor as never, 2).context.n).toBe(50 - book.log.length + 3);
    expect(actor?.now.context.n).toBe(50);
  });

  test('makes an equal book of its items, after bounds and sleep too', () => {
    const items: Item[] = [
      {
        type: 'chart',
        chart: 1,
        picture: { id: 'm', version: null, width: 1, height: 1, states: [], transitions: [], lines: [] },
      },
      born('1', { chart: 1 }),
      born('2', { parent: '1' }),
      received('1'),
      moved('2', { value: 'on' }),
      { type: 'gone', uid: '2', why: 'asleep' },
      planItem('P1'),
      { type: 'plan-event', seq: '1', at: 5, planId: 'P1', name: 'plan.created', event: {} },
    ];
    const book = filled(items);
    const again = filled([...book.items()]);
    for (const part of ['charts', 'actors', 'plans', 'log', 'planEvents'] as const)
      expect(again[part]).toEqual(book[part]);
    expect(again.actors.get('2')?.gone).toBe('asleep');
    book.add([born('2', { parent: '1', stand: { value: 'awake', status: 'active', context: {} } })]);
    expect(book.actors.get('2')).toMatchObject({ gone: null, now: { value: 'awake' } });
    expect(book.actors.get('1')?.children).toEqual(['2']);
  });

  test('lets the oldest of those that ended go, when there are too many', () => {
    const items = Array.from({ length: 30 }, (_, index): Item[] => [
      born(`c${index}`, { parent: '1' }),
      { type: 'gone', uid: `c${index}`, why: 'ended' },
    ]);
    const book = filled([born('1'), ...items.flat()], { goneMax: 10 });
    expect(book.actors.size).toBe(11);
    expect(book.actors.get('1')?.children).toHaveLength(10);
    expect(book.actors.has('c29')).toBe(true);
  });

  test('keeps only so many events of plans', () => {
    const event = (index: number): Item => ({
      type: 'plan-event',
      seq: String(index),
      at: index,
      planId: 'P',
      name: 'x',
      event: {},
    });
    const book = filled(
      Array.from({ length: 30 }, (_, index) => event(index)),
      { planEventsMax: 10 },
    );
    expect(book.planEvents.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, index) => String(20 + index)));
  });

  test('forgets the actors of one source, with charts nobody follows, or everything', () => {
    const chart = (number: number): Item => ({
      type: 'chart',
      chart: number,
      picture: { id: 'm', version: null, width: 1, height: 1, states: [], transitions: [], lines: [] },
    });
    const book = filled([
      chart(1),
      chart(2),
      born('a/1', { chart: 1 }),
      born('b/1', { chart: 2 }),
      received('a/1'),
      planItem('P1'),
    ]);
    book.add([{ type: 'forget', what: 'actors', prefix: 'a/' }]);
    expect([...book.actors.keys()]).toEqual(['b/1']);
    expect([...book.charts.keys()]).toEqual([2]);
    expect(book.log).toEqual([]);
    expect(book.plans.size).toBe(1);
    book.add([{ type: 'forget', what: 'all' }]);
    expect([...book.items()]).toEqual([]);
  });

  test('hears of actors nobody told of without harm', () => {
    const book = filled([received('9'), moved('9', { value: 'x' }), { type: 'gone', uid: '9', why: 'ended' }]);
    expect(book.log).toHaveLength(2);
    expect(book.actors.size).toBe(0);
  });
});

describe('differences', () => {
  test('are named by their path, as deep as they are', () => {
    const before = { same: [1], steps: [{ name: 'a' }], gone: true };
    const after = { same: [1], steps: [{ name: 'b' }], come: null };
    expect(differences(before, after)).toEqual([
      { path: 'steps.0.name', before: 'a', after: 'b' },
      { path: 'gone', before: true, after: undefined },
      { path: 'come', before: undefined, after: null },
    ]);
    expect(differences([1], { 0: 1 })).toEqual([{ path: '', before: [1], after: { 0: 1 } }]);
    expect(differences({ a: 1, b: 1 }, { a: 2, b: 2 }, { max: 1 })).toHaveLength(1);
  });
});
