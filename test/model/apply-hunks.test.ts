import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyHunks } from '../../src/model/apply-hunks.ts';
import { parseUnifiedDiff } from '../../src/model/unified-diff.ts';
import { seededRandom, testSeed } from '../seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-hunks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The difference of two files as found by git. */
function diff(before: Buffer, after: Buffer): string {
  writeFileSync(join(folder, 'a'), before);
  writeFileSync(join(folder, 'b'), after);
  try {
    execFileSync('git', ['diff', '--no-index', '--text', 'a', 'b'], { cwd: folder, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}
const lines = (...words: string[]) => Buffer.from(words.map(word => `${word}\n`).join(''));
const parseHunks = (text: string) => parseUnifiedDiff(text).flatMap(({ hunks }) => hunks);
const twenty = Array.from({ length: 20 }, (_, at) => `line ${at}`);

describe('The hunks of a file', () => {
  const before = lines(...twenty);
  const after = lines(...twenty.slice(0, 2), 'new', ...twenty.slice(2, 15), 'other', ...twenty.slice(16));
  const hunks = parseHunks(diff(before, after));

  test('are counted from 1, with their lines', () => {
    expect(hunks.map(({ number }) => number)).toEqual([1, 2]);
    expect(hunks[0]).toMatchObject({ before: { start: 0, length: 5 }, after: { start: 0, length: 6 } });
    expect(hunks[1]?.text).toContain('-line 15\n+other');
  });

  test('build the file with some of them', () => {
    const [first, second] = hunks;
    expect(applyHunks(before, after, [])).toEqual(before);
    expect(applyHunks(before, after, hunks)).toEqual(after);
    expect(String(applyHunks(before, after, first ? [first] : []))).toBe(
      String(lines(...twenty.slice(0, 2), 'new', ...twenty.slice(2))),
    );
    expect(String(applyHunks(before, after, second ? [second] : []))).toBe(
      String(lines(...twenty.slice(0, 15), 'other', ...twenty.slice(16))),
    );
  });

  test('are empty for a binary file, or one with only a mode change', () => {
    expect(parseHunks('diff --git a/x b/x\nold mode 100644\nnew mode 100755\n')).toEqual([]);
    expect(parseHunks('diff --git a/x b/x\nBinary files a/x and b/x differ\n')).toEqual([]);
  });

  test('of any two files build the second with all applied, and the first with none, byte for byte', () => {
    const random = seededRandom(testSeed('hunks'));
    const words = ['a\n', 'b\n', '\n', 'c\r\n', '\xe9\n', 'x\r@@ -1 +1 @@\n'];
    const file = () =>
      Buffer.from(
        Array.from({ length: Math.floor(random() * 30) }, () => words[Math.floor(random() * 6)]).join('') +
          (random() < 0.5 ? 'end' : ''),
        'latin1',
      );
    for (let round = 0; round < 25; round += 1) {
      const [left, right] = [file(), file()];
      const found = parseHunks(diff(left, right));
      expect(applyHunks(left, right, found).equals(right)).toBe(true);
      expect(applyHunks(left, right, []).equals(left)).toBe(true);
      const odd = found.filter(({ number }) => number % 2 === 1);
      const half = applyHunks(left, right, odd);
      expect(applyHunks(half, right, parseHunks(diff(half, right))).equals(right)).toBe(true);
    }
  });
});
