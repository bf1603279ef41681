import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface MergedFile {
  base: Uint8Array | null;
  ours: Uint8Array;
  theirs: Uint8Array;
  merged: Uint8Array;
}

/**
 * Lines that a side added and a clean merge does not have as often as it must: at least as often as in the base, without what the sides
 * removed, with the larger of the two numbers that they added (both may have added the same).
 *
 * How often a line occurs is counted first. Where too few are left, a side may have removed one `}` and added another: git's own diff then says
 * how many it added and how many it removed.
 */
export function findLostLines({ base, ours, theirs, merged }: MergedFile): string[] {
  const [b, o, t, m] = [base ?? Buffer.alloc(0), ours, theirs, merged].map(countLines) as Counts4;
  const suspects = [...new Set([...o.keys(), ...t.keys()])].filter(line => {
    const [was, mine, other, is] = [b, o, t, m].map(counts => counts.get(line) ?? 0) as Numbers4;
    const gained = Math.max(mine, other, was) - was;
    const left = Math.min(mine, was) + Math.min(other, was) - was;
    return gained > 0 && is < left + gained;
  });
  if (suspects.length === 0) return [];
  const [mine, other] = [ours, theirs].map(side => countChanges(base ?? Buffer.alloc(0), side)) as [Changes, Changes];
  return suspects.filter(line => {
    const removed = (mine.removed.get(line) ?? 0) + (other.removed.get(line) ?? 0);
    const added = Math.max(mine.added.get(line) ?? 0, other.added.get(line) ?? 0);
    return (m.get(line) ?? 0) < (b.get(line) ?? 0) - removed + added;
  });
}

type Counts = Map<string, number>;
type Counts4 = [Counts, Counts, Counts, Counts];
type Numbers4 = [number, number, number, number];

interface Changes {
  added: Counts;
  removed: Counts;
}

/** Lines, without the comma that an entry gets when another comes behind it. */
function countLines(bytes: Uint8Array): Counts {
  return count(Buffer.from(bytes).toString('latin1').split('\n'));
}

function count(lines: readonly string[]): Counts {
  const counts: Counts = new Map();
  for (const line of lines) {
    const text = line.trim().replace(/,$/, '');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function countChanges(base: Uint8Array, side: Uint8Array): Changes {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-lost-lines-'));
  try {
    const [a, b] = [join(directory, 'a'), join(directory, 'b')];
    writeFileSync(a, base);
    writeFileSync(b, side);
    const words = ['diff', '--no-index', '--text', '-U0', '--no-color', '--no-ext-diff', a, b];
    const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
    const { stdout } = spawnSync('git', words, { env, encoding: 'latin1', maxBuffer: 2 ** 28 });
    const lines = stdout.slice(Math.max(0, stdout.indexOf('\n@@'))).split('\n');
    const changed = (sign: string) => count(lines.flatMap(line => (line.startsWith(sign) ? [line.slice(1)] : [])));
    return { added: changed('+'), removed: changed('-') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
