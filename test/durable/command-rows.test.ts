/** Keys of commands in the rows of commits: what a process that died at any commit leaves for the next. */
import { expect, test } from 'vitest';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { CommandRow } from '../../src/durable/command-rows.ts';
import { type CommandRetention, Commands } from '../../src/durable/commands.ts';
import { key } from '../../src/durable/keys.ts';
import { seededRandom, testSeed } from '../seed.ts';

const slots = 4;

/** The rows of a store, and the commands of the process that has it open. */
function world(keep: CommandRetention) {
  const clock = manualClock(1_000);
  const rows = new Map<string, unknown>();
  let commit = 0;
  const open = () => {
    const commands = new Commands({
      write: operation =>
        operation.type === 'put' ? rows.set(operation.key, operation.value) : rows.delete(operation.key),
      ...{ onAdded: () => {}, barrier: async () => {}, clock, keep, slots },
    });
    const own = [...rows].filter(([at]) => at.startsWith('d/')).map(([, row]) => ({ row: row as CommandRow }));
    const inCommits = [...rows.values()].flatMap(value => {
      const { number, applied } = value as { number?: number; applied?: CommandRow[] };
      return number === undefined ? [] : (applied ?? []).map(row => ({ row, commit: number }));
    });
    commands.load([...own, ...inCommits].sort((a, b) => a.row[0] - b.row[0]));
    return commands;
  };
  let commands = open();
  return {
    clock,
    rows,
    apply: async (name: string) => (await commands.apply(name, () => {}, null)).duplicate,
    commit: () => {
      commit++;
      rows.set(key.commit(commit, slots), { number: commit, applied: commands.collect(commit) });
    },
    crash: () => {
      commands = open();
    },
  };
}

test.each<CommandRetention>([
  { count: 3 },
  { count: 25 },
  { count: 200 },
  { days: 1 },
  'forever',
])('[R256] with %j a key counts once as long as it is kept, whatever commits replace its row and wherever the process dies', async keep => {
  const random = seededRandom(testSeed('keys of commands'));
  const { clock, rows, apply, commit, crash } = world(keep);
  const applied = new Map<string, { number: number; at: number }>();
  let count = 0;
  const isKept = ({ number, at }: { number: number; at: number }) =>
    keep === 'forever' || ('count' in keep ? number > count - keep.count : clock.now() - at < keep.days * 86_400_000);
  let duplicates = 0;
  for (let step = 0; step < 1_500; step++) {
    for (let each = Math.floor(random() * 4); each > 0; each--) {
      const name = `key ${Math.floor(random() * 150)}`;
      const earlier = applied.get(name);
      const isDuplicate = earlier !== undefined && isKept(earlier);
      expect(await apply(name), `step ${step}, ${name}`).toBe(isDuplicate);
      if (isDuplicate) duplicates++;
      else applied.set(name, { number: ++count, at: clock.now() });
    }
    commit();
    if (random() < 0.1) clock.advance(random() * 20_000_000);
    if (random() < 0.1) crash();
  }
  expect(duplicates).toBeGreaterThan(10);
  // Those of the last commits, eight of older ones in each of their rows, and a row for each of the others.
  const kept = [...applied.values()].filter(isKept).length;
  expect([...rows.keys()].filter(at => at.startsWith('d/')).length).toBeLessThanOrEqual(kept);
});

test('a command adds no row to its batch, now or when it has expired', async () => {
  const { rows, apply, commit } = world({ count: 4 });
  for (let step = 0; step < 50; step++) {
    await apply(`key ${step}`);
    commit();
    expect([...rows.keys()].filter(at => at.startsWith('d/'))).toEqual([]);
  }
  expect(rows.size).toBe(slots);
});
