/** Compares the positions of changes with those of git, because they decide what conflicts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DiffHunk, diffHunks } from '../../../../src/adapters/merge/text/hunks.ts';
import { internSides } from '../../../../src/adapters/merge/text/lines.ts';
import { WorkBudget } from '../../../../src/adapters/merge/text/work-budget.ts';
import { testSeed } from '../../../seed.ts';
import { createRandomSource, type RandomSource, randomCodeLines } from '../histories.ts';

const seed = testSeed('hunks');

function ours(before: readonly string[], after: readonly string[]): DiffHunk[] {
  const [base, side] = [before, after].map(lines => Buffer.from(lines.join(''))) as [Buffer, Buffer];
  const sides = internSides({ base, ours: side, theirs: side });
  return diffHunks(sides.base.ids, sides.ours.ids, new WorkBudget(1e9));
}

function gits(directory: string, before: readonly string[], after: readonly string[]): DiffHunk[] {
  const [a, b] = [join(directory, 'a'), join(directory, 'b')];
  writeFileSync(a, before.join(''));
  writeFileSync(b, after.join(''));
  // Without context git would remove the common tail before it counts repeated lines, which a merge does not.
  const words = ['diff', '--no-index', '-U1', '--no-indent-heuristic', '--diff-algorithm=myers', a, b];
  const { stdout } = spawnSync('git', words, { encoding: 'latin1', maxBuffer: 1 << 28 });
  return stdout
    .split(/^(?=@@ )/m)
    .slice(1)
    .flatMap(hunksOf);
}

/** The changes in one hunk of a diff, without context lines. */
function hunksOf(piece: string): DiffHunk[] {
  const [head = '', ...lines] = piece.split('\n');
  const [from = 0, to = 0] = [...head.matchAll(/[-+](\d+)(?:,(\d+))?/g)].map(
    found => Number(found[1]) - Number(found[2] !== '0'),
  );
  const hunks: DiffHunk[] = [];
  let [before, after] = [from, to];
  let open: DiffHunk | null = null;
  for (const line of lines) {
    if (line.startsWith(' ')) [open, before, after] = [null, before + 1, after + 1];
    if (!/^[-+]/.test(line)) continue;
    if (open === null) {
      open = { buffer1: [before, 0], buffer2: [after, 0] };
      hunks.push(open);
    }
    if (line.startsWith('-')) [open.buffer1[1], before] = [open.buffer1[1] + 1, before + 1];
    else [open.buffer2[1], after] = [open.buffer2[1] + 1, after + 1];
  }
  return hunks;
}

/** A file with whole stretches rewritten, with as many blank lines and braces as before. */
function rewritten(random: RandomSource, lines: readonly string[], stretches: number): string[] {
  const result = [...lines];
  for (let i = 0; i < stretches; i++) {
    const at = random.below(result.length);
    result.splice(at, random.below(30), ...randomCodeLines(random, random.below(30), 0.4));
  }
  return result;
}

describe('the hunks between two texts', () => {
  test.each([
    { texts: 100, lines: 300, stretches: 12 },
    { texts: 6, lines: 4000, stretches: 150 },
  ])('are those of git for $stretches rewritten stretches with many blank lines and braces', of => {
    const directory = mkdtempSync(join(tmpdir(), 'troupe-hunks-'));
    try {
      for (let i = 0; i < of.texts; i++) {
        const random = createRandomSource(seed + i);
        const before = randomCodeLines(random, of.lines + random.below(of.lines), 0.45);
        const after = rewritten(random, before, of.stretches);
        expect(ours(before, after)).toEqual(gits(directory, before, after));
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test.each([
    ['few words in random order', (random: RandomSource) => [words(random, 3000, 12), words(random, 3000, 12)]],
    ['one line in forty changed', (random: RandomSource) => between(random, [0, 0])],
    ['a rewritten head before long unchanged stretches', (random: RandomSource) => between(random, [2500, 0])],
    ['a rewritten tail after long unchanged stretches', (random: RandomSource) => between(random, [0, 2500])],
  ] as const)('are those of git where a search is cut short: %s', (_, make) => {
    const directory = mkdtempSync(join(tmpdir(), 'troupe-hunks-'));
    try {
      const [before = [], after = []] = make(createRandomSource(seed));
      expect(ours(before, after)).toEqual(gits(directory, before, after));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

function words(random: RandomSource, count: number, different: number): string[] {
  return Array.from({ length: count }, () => `${random.below(different)}\n`);
}

/** Stretches of 40 lines with a word between them, another in each text, and more of them at the ends: long enough for xdiff to look for runs. */
function between(random: RandomSource, [head, tail]: readonly [number, number]): string[][] {
  const stretches = Array.from({ length: 900 }, () => randomCodeLines(random, 40, 0));
  const side = () => [
    ...words(random, head, 30),
    ...stretches.flatMap(stretch => [...stretch, ...words(random, 1, 30)]),
    ...words(random, tail, 30),
  ];
  return [side(), side()];
}
