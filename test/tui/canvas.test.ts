import { describe, expect, test } from 'vitest';
import { Canvas } from '../../src/tui/canvas.ts';

const esc = '\u001b[';
const frameOf = (written: string) => `${esc}?2026h${written}${esc}?2026l`;

function canvas() {
  const written: string[] = [];
  const made = new Canvas({ columns: 20, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  return { canvas: made, last: () => written.at(-1), count: () => written.length };
}

describe('a canvas', () => {
  test('starts with a cleared screen, without a cursor, on which nothing wraps', () => {
    const { canvas: made, last } = canvas();
    made.write('one\ntwo');
    expect(last()).toBe(frameOf(`${esc}?25l${esc}?7l${esc}2J${esc}1;1Hone${esc}K${esc}2;1Htwo${esc}K`));
    expect(made.columns).toBe(20);
  });

  test('writes changed lines, each at its position, and nothing when none changed', () => {
    const { canvas: made, last, count } = canvas();
    made.write('one\ntwo\nthree');
    made.write('one\n2\nthree');
    expect(last()).toBe(frameOf(`${esc}2;1H2${esc}K`));
    made.write('one\n2\nthree');
    expect(count()).toBe(2);
  });

  test('removes the rest of a higher frame, and continues from a lower one', () => {
    const { canvas: made, last } = canvas();
    made.write('one\ntwo\nthree');
    made.write('one');
    expect(last()).toBe(frameOf(`${esc}2;1H${esc}J`));
    made.write('one\ntwo');
    expect(last()).toBe(frameOf(`${esc}2;1Htwo${esc}K`));
  });
});
