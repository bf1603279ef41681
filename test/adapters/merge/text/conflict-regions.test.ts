import { expect, test } from 'vitest';
import { combineChanges } from '../../../../src/adapters/merge/text/changes.ts';
import { conflictSpansAt } from '../../../../src/adapters/merge/text/conflict-regions.ts';
import type { DiffHunk } from '../../../../src/adapters/merge/text/hunks.ts';

const added = (at: number, lines: number): DiffHunk => ({ buffer1: [at, 0], buffer2: [at, lines] });
/** Ours adds lines 2 to 4 and theirs lines 10 and 11 of the merged text. */
const changes = combineChanges([added(2, 3)], [added(7, 2)]);

test.each([
  ['a place without a change', [{ from: 6, to: 8 }], []],
  ['a place in a change', [{ from: 3, to: 4 }], [{ first: 0, last: 0, lines: { from: 3, to: 4 } }]],
  [
    'two places in one change',
    [
      { from: 4, to: 5 },
      { from: 2, to: 3 },
    ],
    [{ first: 0, last: 0, lines: { from: 2, to: 5 } }],
  ],
  [
    'a place in each change',
    [
      { from: 2, to: 3 },
      { from: 10, to: 11 },
    ],
    [
      { first: 0, last: 0, lines: { from: 2, to: 3 } },
      { first: 1, last: 1, lines: { from: 10, to: 11 } },
    ],
  ],
  ['a place over both', [{ from: 4, to: 11 }], [{ first: 0, last: 1, lines: { from: 4, to: 11 } }]],
])('The changes in question: %s', (_, places, spans) => {
  expect(conflictSpansAt(changes, places)).toEqual(spans);
});
