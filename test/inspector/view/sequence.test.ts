import { expect, test } from 'vitest';
import { Book } from '../../../src/inspector/book/book.ts';
import type { Item } from '../../../src/inspector/book/item.ts';
import { nameOf, sequenceOf } from '../../../src/inspector/view/sequence.ts';
import { born, moved, planItem, received } from '../items.ts';

const filled = (...items: Item[]) => {
  const book = new Book();
  book.add(items);
  return book;
};
const all = { about: null, filter: '', own: false, max: 10 };

test('A sequence keeps what others sent apart from steps, and shows nobody twice', () => {
  const book = filled(
    born('1', { id: 'left' }),
    born('2', { id: 'right', parent: '1' }),
    received('2', { from: '1' }),
    moved('2', { value: 'on' }),
    received('1', { from: '2', event: { type: 'BACK' } }),
  );
  const { columns, arrows, before } = sequenceOf(book, all);
  expect(columns.map(({ name }) => name)).toEqual(['left', 'right']);
  expect(arrows.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(before).toBe(0);
  expect(sequenceOf(book, { ...all, about: 'nobody' })).toEqual({ columns: [], arrows: [], before: 0 });
  expect(sequenceOf(book, { ...all, filter: 'back', max: 0 })).toEqual({ columns: [], arrows: [], before: 1 });
});

test('An actor of a plan that has no source is called an actor; one with a chart nobody drew by its id', () => {
  const id = '01M7YWXBGTZETT7DWMM1W3HGT4';
  const book = filled(planItem(id), born('1', { id }), born('2', { id: 'root', chart: 7 }));
  expect(nameOf(book, '1')).toMatch(/^actor \w+$/);
  expect(nameOf(book, '2')).toBe('root');
});
