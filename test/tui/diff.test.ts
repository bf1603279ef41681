import { describe, expect, test } from 'vitest';
import { parseDiffLines } from '../../src/presentation/diff-lines.ts';
import { displayWidth } from '../../src/presentation/sanitize.ts';
import { checkbox, toggleParts } from '../../src/tui/marked-parts.ts';
import { diffPane } from '../../src/tui/panes/diff.ts';
import { toSideBySide } from '../../src/tui/side-by-side-diff.ts';
import { rowText } from '../../src/tui/styled-row.ts';
import { plainState } from './scripted-context.ts';

const text = `diff --git a/x b/y b/x b/y
index 1..2 100644
--- a/x b/y
+++ b/x b/y
@@ -1,3 +1,3 @@
 same
-old 漢字
--- not a heading
+new
@@ -9 +9,2 @@
+more
-then less
diff --git a/image.png b/image.png
Binary files differ
diff --git "a/a\\tb" "b/a\\tb"
@@ -1 +1 @@
`;
const lines = parseDiffLines(text);

describe('a diff', () => {
  test('knows the part of the result for each line', () => {
    expect(lines.map(({ part }) => part)).toEqual([
      ...Array(4).fill('x b/y'),
      ...Array(5).fill('x b/y#1'),
      ...Array(3).fill('x b/y#2'),
      ...['image.png', 'image.png', null, null],
    ]);
    expect(lines.map(({ kind }) => kind[0]).join('')).toBe('fhhhhkrraharfhfh');
    expect([lines[0]?.leaves, lines[5]?.leaves]).toEqual([['x b/y#1', 'x b/y#2'], ['x b/y#1']]);
    expect([lines[12]?.leaves, lines[14]?.leaves]).toEqual([['image.png'], []]);
    expect(parseDiffLines('')).toEqual([]);
  });

  test('has removed lines next to the added ones that follow them', () => {
    const sides = toSideBySide(lines);
    expect(sides.flatMap(({ sides: both }) => (both === undefined ? [] : [both]))).toEqual([
      [' same', ' same'],
      ['-old 漢字', '+new'],
      ['--- not a heading', null],
      [null, '+more'],
      ['-then less', null],
    ]);
    // Every row is identified by a line of its own.
    expect(new Set(sides.map(({ number }) => number)).size).toBe(sides.length);
    expect(toSideBySide(parseDiffLines('diff --git a/a b/a\n@@ -1 +1,2 @@\n-a\n+b\n+c')).slice(-2)).toMatchObject([
      { sides: ['-a', '+b'] },
      { sides: [null, '+c'] },
    ]);
  });
});

describe('marks', () => {
  test('are set on all parts of a row, and removed when all of them were marked', () => {
    const one = toggleParts(null, 'tree', ['a#1']);
    expect(one).toEqual({ tree: 'tree', parts: new Set(['a#1']) });
    const both = toggleParts(one, 'tree', ['a#1', 'a#2']);
    expect(both?.parts.size).toBe(2);
    expect(toggleParts(both, 'tree', ['a#1', 'a#2'])).toBeNull();
    expect(toggleParts(both, 'another', ['b'])).toEqual({ tree: 'another', parts: new Set(['b']) });
  });

  test('are shown as a checkbox', () => {
    const marks = { tree: '', parts: new Set(['a#1']) };
    expect([['a#1'], ['a#2'], ['a#1', 'a#2']].map(leaves => checkbox(marks, leaves))).toEqual(['[x]', '[ ]', '[-]']);
  });
});

describe('the diff pane', () => {
  const draw = (state: Partial<typeof plainState>, diff: typeof lines | null = lines) => {
    const pane = diffPane({
      views: { loaded: true, seq: '', plans: {}, subplans: {}, detail: null, error: null },
      children: new Map(),
      approvals: new Map(),
      state: { ...plainState, view: 'diff', ...state },
      content: { output: [], conflicts: {}, workers: null, diff: diff && { lines: diff, sides: toSideBySide(diff) } },
      now: 0,
    });
    return { pane, rows: pane.items.map(item => rowText(pane.row(item))) };
  };

  test('has two sides of equal width when they fit, whatever characters are in them', () => {
    const { pane, rows } = draw({ sides: true, columns: 101 });
    expect(pane.title).toBe('Diff');
    const pair = rows.find(row => row.includes('漢字')) ?? '';
    expect(pair).toMatch(/^-old 漢字 +│ \+new +$/);
    const [left = '', right = ''] = pair.split(' │ ');
    expect([displayWidth(left), displayWidth(right)]).toEqual([47, 47]);
    expect(rows.find(row => row.includes('+more'))).toMatch(/^ {47} │ \+more/);
    expect(rows[0]).toBe('diff --git a/x b/y b/x b/y');
  });

  test('says when two sides do not fit, and what to do', () => {
    expect(draw({ sides: true, columns: 120 }).pane.title).toBe('Diff, too narrow for two sides; z for more room');
    expect(draw({ sides: true, columns: 80, zoom: true }).pane.title).toBe('Diff, too narrow for two sides');
    expect(draw({ sides: true, columns: 80 }).rows).toEqual(draw({}).rows);
  });

  test('distinguishes an empty diff from one that is not loaded', () => {
    expect([draw({}, null).pane.empty, draw({}, []).pane.empty]).toEqual(['Looking …', 'Nothing was changed.']);
  });
});
