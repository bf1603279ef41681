import { expect, test } from 'vitest';
import { narrowed, type WrongLines } from '../../../src/adapters/merge/narrow-conflict.ts';
import { DocumentReader } from '../../../src/adapters/merge/structure/document-reader.ts';
import { internSides } from '../../../src/adapters/merge/text/lines.ts';
import { WorkBudget, WorkMovedToThread } from '../../../src/adapters/merge/text/work-budget.ts';

/** Ours adds one line behind the only line of the base. */
function wrongLines(base: string, ours: string, content: Buffer | string = ours): WrongLines {
  const files = { base: Buffer.from(base), ours: Buffer.from(ours), theirs: Buffer.from(base) };
  return {
    path: 'a.json',
    files: [Buffer.from('{}'), Buffer.from('{}')],
    sides: internSides(files),
    hunks: { ours: [{ buffer1: [1, 0], buffer2: [1, 1] }], theirs: [] },
    content: Buffer.from(content),
  };
}
const wrong = wrongLines('{}\n', '{}\n}\n');
const place = { from: 3, to: 4 };

test('A wrong merge is narrowed to the change without which the file is valid', () => {
  const regions = narrowed(wrong, [], new DocumentReader());
  expect(regions?.map(({ taken }) => taken)).toEqual(['base', null]);
  expect(narrowed(wrong, [place], new DocumentReader())).toEqual(regions);
});

test.each([
  ['the file is wrong without its changes too', wrongLines('{\n', '{\n}}\n'), [{ from: 2, to: 4 }]],
  ['no change makes it wrong', wrongLines('{\n', '{\n}}\n'), []],
  ['nothing changed', { ...wrong, hunks: { ours: [], theirs: [] } }, [place]],
])('A wrong merge is not narrowed when %s', (_, lines, places) => {
  expect(narrowed(lines, places, new DocumentReader())).toBeNull();
});

test('A place in content that is not text is not used', () => {
  const lines = wrongLines('{}\n', '{}\n}\n', Buffer.from([0x7b, 0x7d, 0x0a, 0xff]));
  expect(narrowed(lines, [{ from: 0, to: 1 }], new DocumentReader())).toEqual(
    narrowed(wrong, [], new DocumentReader()),
  );
});

test('A wrong merge is not narrowed beyond the budget', () => {
  expect(narrowed(wrong, [], new DocumentReader(new WorkBudget(1)))).toBeNull();
});

test('Narrowing continues in another thread when it takes too long in this one', () => {
  const reading = new DocumentReader(new WorkBudget(1_000_000, 1));
  expect(() => narrowed(wrong, [], reading)).toThrow(WorkMovedToThread);
});
