/** The output to the terminal, byte by byte: too much, too frequent or partial frames make it flicker. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/presentation/sanitize.ts';
import { type ManySubplansOutput, renderManySubplans, screenSize } from './many-subplans.ts';
import { hasTmux } from './tmux.ts';

const esc = '\u001b[';
const begins = `${esc}?2026h`;
const ends = `${esc}?2026l`;

let seen: ManySubplansOutput;

beforeAll(async () => {
  seen = await renderManySubplans(60);
}, 120_000);

describe('while sixty subplans are working the screen', () => {
  test('is written one whole frame at a time, within synchronized output [R158]', () => {
    const [entered, ...frames] = seen.chunks;
    expect(entered).toBe(`${esc}?1049h${esc}H${esc}2J`);
    expect(frames.length).toBeGreaterThan(3);
    for (const frame of frames) {
      expect(frame.startsWith(begins) && frame.endsWith(ends)).toBe(true);
      expect(frame.split(begins)).toHaveLength(2);
    }
  });

  test('is cleared by its first frame only, and later frames write only changed lines [R158]', () => {
    const [first = '', ...later] = seen.chunks.slice(1);
    expect(first).toContain(`${esc}2J`);
    expect(first.split(`${esc}K`)).toHaveLength(screenSize.rows);
    for (const erased of ['J', '2J', '3J', '2K']) expect(later.join('')).not.toContain(`${esc}${erased}`);
    const lines = later.reduce((sum, frame) => sum + frame.split(`${esc}K`).length - 1, 0);
    expect(lines / later.length).toBeLessThan(screenSize.rows / 2);
  });

  test('has no line as wide as the terminal, which would lose its last character', () => {
    const lines = seen.chunks.flatMap(chunk => chunk.split(`${esc}K`).map(stripVTControlCharacters));
    expect(Math.max(...lines.map(displayWidth))).toBe(screenSize.columns - 1);
  });

  test.runIf(hasTmux)('has the same content as a complete redraw', async () => {
    const [drawn, redrawn] = [screenAfter(seen.chunks, 'drawn'), screenAfter(seen.redraw, 'redrawn')];
    expect(drawn).toContain('part 4');
    expect(drawn).toBe(redrawn);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'troupe-drawing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The screen of a terminal after this output. */
function screenAfter(chunks: readonly string[], name: string): string {
  const socket = `troupe-${name}-${process.pid}`;
  const file = join(folder, name);
  writeFileSync(file, chunks.join(''));
  const call = (...words: string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
  const show = `stty -echo; cat ${file}; tmux -L ${socket} wait-for -S shown; sleep 60`;
  call('new-session', '-d', '-x', String(screenSize.columns), '-y', String(screenSize.rows), 'sh', '-c', show);
  try {
    call('wait-for', 'shown');
    return call('capture-pane', '-p');
  } finally {
    spawnSync('tmux', ['-L', socket, 'kill-server']);
  }
}
