import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DiffLine, parseDiffLines } from '../../src/presentation/diff-lines.ts';
import { displayWidth } from '../../src/presentation/sanitize.ts';
import { navigate } from '../../src/tui/navigation.ts';
import { createInitialState, cursorIndex, firstVisibleRow, type UiState } from '../../src/tui/state.ts';
import { fitCell, fitRow, type Pane, rowText, span } from '../../src/tui/styled-row.ts';
import { testSeed } from '../seed.ts';

const paneWith = (items: readonly string[]): Pane<string> => ({
  ...{ title: '', items, id: (item: string) => item, row: (item: string) => [span(item)], empty: '' },
});
const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
const start = { ...createInitialState({ theme: 'plain', columns: 100, rows: 30 }), view: 'diff' as const };
const pane = paneWith(lines) as Pane;
const at = (state: UiState | null) => state?.cursors[state.view]?.index;

describe('the cursor', () => {
  test('moves by rows, pages, and to both ends, never beyond', () => {
    const go = (state: UiState, key: string) => navigate(state, key, { pane, height: 20, result: null }) ?? state;
    expect(at(go(start, 'down'))).toBe(1);
    expect(at(go(start, 'up'))).toBe(0);
    expect(at(go(start, 'page-down'))).toBe(20);
    expect(at(go(go(start, 'bottom'), 'page-down'))).toBe(99);
    expect(at(go(go(go(start, 'bottom'), 'page-up'), 'top'))).toBe(0);
  });

  test('stays on its row when others are inserted before it, and near its position when its row is removed', () => {
    const cursor = { index: 3, id: 'line 3' };
    expect(cursorIndex(pane, cursor)).toBe(3);
    expect(cursorIndex(paneWith(['new', ...lines]) as Pane, cursor)).toBe(4);
    expect(cursorIndex(paneWith(['a', 'b']) as Pane, cursor)).toBe(1);
    expect(cursorIndex(paneWith([]) as Pane, cursor)).toBe(-1);
    expect([cursorIndex(pane, undefined), cursorIndex(pane, undefined, { atEnd: true })]).toEqual([0, 99]);
  });

  test('moves from file to file in a diff', () => {
    const lines = parseDiffLines('diff --git a/a b/a\n+a\ndiff --git a/b b/b\n+b\n');
    const diff: Pane<DiffLine> = {
      ...{ title: '', items: lines, empty: '', row: ({ text }) => [span(text)], id: ({ number }) => String(number) },
    };
    const sight = { pane: diff as Pane, height: 20, result: null };
    const go = (state: UiState, key: string) => navigate(state, key, sight) ?? state;
    const second = go(start, 'next-file');
    expect([at(second), at(go(second, 'next-file')), at(go(second, 'previous-file'))]).toEqual([2, 2, 0]);
  });

  test('follows output again once it is back at the end', () => {
    const output = { ...start, view: 'output' as const };
    const up = navigate(output, 'up', { pane, height: 20, result: null });
    expect(at(up)).toBe(98);
    expect(up && at(navigate(up, 'down', { pane, height: 20, result: null }))).toBeUndefined();
  });

  test('is always visible', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 60 }), fc.nat(), (count, height, where) => {
        const index = count === 0 ? -1 : where % count;
        const top = firstVisibleRow(index, count, height);
        expect(top).toBeGreaterThanOrEqual(0);
        if (index >= 0) expect(index >= top && index < top + height).toBe(true);
        // No empty rows while there are more above.
        expect(top === 0 || top + height <= count).toBe(true);
      }),
      { seed: testSeed('rows in sight') },
    );
  });
});

describe('a row', () => {
  test('is never wider than allowed, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(40), (texts, columns) => {
        const words = rowText(
          fitRow(
            texts.map(text => span(text)),
            columns,
          ),
        );
        expect(displayWidth(words)).toBeLessThanOrEqual(columns);
        expect(words).not.toMatch(/\p{Cc}/u);
      }),
      { seed: testSeed('width of rows') },
    );
  });

  test('has cells of exactly their width', () => {
    expect(fitCell('ab', 4)).toBe('ab  ');
    expect(displayWidth(fitCell('漢字漢字', 5))).toBe(5);
    expect(fitCell('a\tb\u001b[31mc', 8)).toBe('a    bc ');
  });
});
