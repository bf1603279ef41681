import { expect, test } from 'vitest';
import type { ConflictDetails } from '../../src/index.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { formatConflict } from '../../src/presentation/conflict.ts';

const plain = createColors(false);
const side = (oid: string, goals: string[] = []) => ({ oid, mode: '100644', planIds: [], goals });
const line = { start: 4, length: 1 };
const hunk = { base: line, ours: line, theirs: line, taken: null };

function shown(of: Partial<ConflictDetails> = {}): string[] {
  const conflict: ConflictDetails = {
    ...{ conflictId: 'PLAN:f', alias: 'main', path: 'f', kind: 'content', markedOid: null, message: '' },
    ...{ base: side('b'), ours: side('o'), theirs: side('t', ['shorten', 'rename']) },
    ...{ hunks: [], resolution: null, content: null, texts: [], suggestions: [], ...of },
  };
  return formatConflict('01JQZ0000000000000000000AB', conflict, plain);
}

test("a conflict names its kind, its state, what each side wanted and git's message", () => {
  expect(shown({ message: 'one\ntwo' })).toEqual([
    'f  content  open',
    '  ours    the plan itself',
    '  theirs  shorten; rename',
    '  one',
    '  two',
  ]);
});

test.each([
  [{ take: 'ours' }, 'took ours'],
  [{ take: 'content', oid: 'x', mode: null }, 'took content'],
  [{ take: 'actor', actor: null }, 'resolved by an agent'],
] as const)('a conflict resolved with %o says so, and shows no hunks', (resolution, words) => {
  const lines = shown({ resolution, hunks: [hunk], texts: [{ base: 'b', ours: 'o', theirs: 't' }] });
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(`f  content  ${words}`);
});

test('a conflict resolved hunk by hunk shows every choice', () => {
  const resolution = { take: 'hunk', hunk: 1, pick: 'ours' } as const;
  const lines = shown({
    resolution,
    hunks: [{ ...hunk, taken: 'ours' }],
    texts: [{ base: 'b', ours: 'o', theirs: 't' }],
  });
  expect([lines[0], lines.at(-1)]).toEqual([
    'f  content  resolved hunk by hunk',
    expect.stringMatching(/hunk 1, .* took ours$/),
  ]);
});

test('an open hunk shows its sides, a long one only in part, and one without lines not at all', () => {
  const long = Array.from({ length: 10 }, (_, at) => `${at}\n`).join('');
  const lines = shown({ hunks: [hunk], texts: [{ base: '', ours: long, theirs: 'no newline' }] });
  expect(lines.slice(3, 5)).toEqual(['    hunk 1, line 5  open', '      < 0']);
  expect(lines.slice(-3)).toEqual(['      < 7', '      < … 2 lines more', '      > no newline']);
});

test('a resolved hunk shows its choice, under the name that a resource gave it', () => {
  const texts = [1, 2].map(() => ({ base: 'b\n', ours: 'o\n', theirs: 't\n' }));
  const hunks = [
    { ...hunk, key: 'people 3', taken: 'theirs' as const },
    { ...hunk, taken: { oid: 'x' } },
  ];
  expect(shown({ hunks, texts }).slice(3)).toEqual([
    '    hunk 1, people 3  took theirs',
    '    hunk 2, line 5  took content',
  ]);
});

test('a suggestion is the command that applies it, for the file or for one hunk of it', () => {
  const suggestions = [
    { hunk: null, take: 'ours' as const, reason: 'theirs is older' },
    { hunk: 2, take: 'theirs' as const, reason: 'ours is empty' },
  ];
  expect(shown({ suggestions }).slice(3)).toEqual([
    '  try troupe plan resolve f --take ours --plan 000000AB: theirs is older',
    '  try troupe plan resolve f --hunk 2 --take theirs --plan 000000AB: ours is empty',
  ]);
});

test.each([
  [null, 'open'],
  [{ take: 'attempt', attempt: 2 }, 'took attempt 2'],
] as const)('attempts at one subplan are a conflict without sides: resolved by %o', (resolution, words) => {
  const attempts = [{ attempt: 1 }, { attempt: 2 }] as never;
  const lines = shown({ attempts, resolution, message: 'Choose one' });
  expect(lines[0]).toBe(`Choose one  ${words}`);
  expect(lines.slice(1)).toEqual([
    '  attempt 1  troupe plan diff --attempt 1 --plan 000000AB  troupe plan resolve --attempt 1 --plan 000000AB',
    expect.stringMatching(/^ {2}attempt 2 {2}/),
  ]);
});

test('a text without its hunk is not shown', () => {
  expect(shown({ hunks: [], texts: [{ base: 'b', ours: 'o', theirs: 't' }] })).toHaveLength(3);
});
