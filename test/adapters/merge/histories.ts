/**
 * Seeded three-way histories, for tests and for the measurements: code-like files with many repeated lines, and edits
 * of the kinds people make. Everything is derived from the seed, so a failing case can be reproduced from its number.
 */

export interface RandomSource {
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  chance(probability: number): boolean;
  of<T>(choices: readonly T[]): T;
}

/** xorshift32: small, fast and the same everywhere. */
export function createRandomSource(seed: number): RandomSource {
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < 4; i++) step();
  function step(): number {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  }
  const below = (limit: number) => step() % limit;
  return {
    below,
    chance: probability => step() / 2 ** 32 < probability,
    of: choices => choices[below(choices.length)] as (typeof choices)[number],
  };
}

export interface ThreeWayFile {
  base: string[];
  ours: string[];
  theirs: string[];
}

const repeated = [
  '',
  '}',
  '  }',
  '    }',
  '  return null;',
  '    break;',
  '});',
  '{',
  '  try {',
  '  } catch (error) {',
];

/** Lines of a file, terminators included; some of them are lines that are frequent in code. */
export function randomCodeLines(random: RandomSource, count: number, repeatedShare: number): string[] {
  return Array.from({ length: count }, () => codeLine(random, repeatedShare));
}

function codeLine(random: RandomSource, repeatedShare: number): string {
  if (random.chance(repeatedShare)) return `${random.of(repeated)}\n`;
  return `${'  '.repeat(random.below(4))}const v${random.below(100_000)} = f${random.below(50)}(a${random.below(9)});\n`;
}

/** Two sides that edit one file like people do; edits may touch, overlap or be equal. */
export function randomFile(
  random: RandomSource,
  options: { lines: number; edits: number; repeatedShare: number },
): ThreeWayFile {
  const base = randomCodeLines(random, options.lines, options.repeatedShare);
  const ours = editRandomly(random, base, options);
  const theirs = editRandomly(random, base, options);
  if (!random.chance(0.15)) return { base, ours, theirs };
  // Sometimes both sides have an equal change as well: a cherry-pick, a formatter, a version bump.
  const at = random.below(base.length + 1);
  const line = codeLine(random, options.repeatedShare);
  return { base, ours: insertAfter(ours, base, at, line), theirs: insertAfter(theirs, base, at, line) };
}

function insertAfter(side: string[], base: string[], at: number, line: string): string[] {
  const found = side.indexOf(base[at] ?? '');
  return found === -1 ? side : [...side.slice(0, found), line, ...side.slice(found)];
}

function editRandomly(
  random: RandomSource,
  base: string[],
  options: { edits: number; repeatedShare: number },
): string[] {
  const lines = [...base];
  const count = 1 + random.below(options.edits);
  for (let i = 0; i < count; i++) {
    const at = random.below(lines.length + 1);
    const size = 1 + random.below(random.chance(0.2) ? 12 : 3);
    const fresh = () => randomCodeLines(random, size, options.repeatedShare);
    const kind = random.below(20);
    if (kind < 7) lines.splice(at, size, ...fresh());
    else if (kind < 13) lines.splice(at, 0, ...fresh());
    else if (kind < 17) lines.splice(at, size);
    else if (kind < 18) lines.splice(random.below(lines.length + 1), 0, ...lines.splice(at, size));
    else if (kind < 19) lines.splice(at, 0, ...lines.slice(at, at + size));
    else for (let j = at; j < Math.min(lines.length, at + size); j++) lines[j] = `  ${lines[j]}`;
  }
  return lines;
}

export interface SolvedFile extends ThreeWayFile {
  /** The result of the edits of both sides. */
  expected: string[];
}

/** A history with a known result: every edit keeps at least `gap` unchanged lines from every other. */
export function solvedFile(
  random: RandomSource,
  options: { lines: number; gap: number; repeatedShare: number },
): SolvedFile {
  const base = randomCodeLines(random, options.lines, options.repeatedShare);
  const result: SolvedFile = { base, ours: [], theirs: [], expected: [] };
  let at = random.below(options.gap + 2);
  let copied = 0;
  while (at <= base.length) {
    const removed = Math.min(random.chance(0.4) ? 0 : random.below(3), base.length - at);
    const added = randomCodeLines(random, removed === 0 ? 1 + random.below(3) : random.below(4), options.repeatedShare);
    const kept = base.slice(copied, at);
    const before = base.slice(at, at + removed);
    const mine = random.chance(0.5);
    result.ours.push(...kept, ...(mine ? added : before));
    result.theirs.push(...kept, ...(mine ? before : added));
    result.expected.push(...kept, ...added);
    copied = at + removed;
    at = copied + options.gap + random.below(options.gap * 3);
  }
  const rest = base.slice(copied);
  for (const side of [result.ours, result.theirs, result.expected]) side.push(...rest);
  return result;
}

/** The three files of a history as bytes. */
export function toBytes(history: ThreeWayFile): { base: Uint8Array; ours: Uint8Array; theirs: Uint8Array } {
  const bytes = (lines: string[]) => Buffer.from(lines.join(''), 'latin1');
  return { base: bytes(history.base), ours: bytes(history.ours), theirs: bytes(history.theirs) };
}
