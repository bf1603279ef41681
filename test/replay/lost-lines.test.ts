/** A clean merge that lost a line must be noticed, and one that did not must not be called one. */
import { expect, test } from 'vitest';
import { mergeFile } from '../../src/merge.ts';
import { findLostLines } from './lost-lines.ts';

const text = (...lines: string[]) => Buffer.from(lines.map(line => `${line}\n`).join(''));

const base = text('a {', '  one', '}', 'b {', '  two', '}', 'c {', '}');

test("a line that a side added is lost when the result has it less often than both sides' changes require", () => {
  const ours = text('a {', '  one', '}', 'b {', '  two', '}', 'c {', '  new', '}');
  expect(findLostLines({ base, ours, theirs: base, merged: base })).toEqual(['new']);
  expect(findLostLines({ base, ours, theirs: base, merged: ours })).toEqual([]);
  // Both lose one line of the base, and ours adds it once more.
  const twice = text('a {', '  one', '  one', '}', 'b {', '  two', '}', 'c {', '}');
  expect(findLostLines({ base, ours: twice, theirs: base, merged: base })).toEqual(['one']);
});

test('a brace that both sides added with one block is not lost when a side moved a block with another brace', () => {
  const blocks = (...names: string[]) => text(...names.flatMap(name => [`${name} {`, `  ${name}`, '}']));
  const before = blocks('a', 'b', 'c', 'd', 'e');
  const ours = blocks('a', 'b', 'c', 'd', 'e', 'new');
  const theirs = blocks('moved', 'a', 'd', 'e', 'new');
  const { clean, content } = mergeFile({ path: 'a.scss', base: before, ours, theirs });
  expect(clean).toBe(true);
  expect(Buffer.from(content).toString()).toBe(theirs.toString());
  expect(findLostLines({ base: before, ours, theirs, merged: content })).toEqual([]);
  const without = content.subarray(0, content.length - '}\n'.length);
  expect(findLostLines({ base: before, ours, theirs, merged: without })).toEqual(['}']);
});
