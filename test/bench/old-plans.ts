/**
 * A repository in which many plans were applied. One plan is run; the others are copies of its rows and refs, with ids and
 * positions of their own, so that a thousand take seconds.
 */
import { cpSync } from 'node:fs';
import { ulid } from 'ulid';
import { levelStore } from '../../src/level.ts';
import type { Operation, Store } from '../../src/ports/store.ts';
import { keys } from '../../src/runtime/records/keys.ts';
import { applyIdlePlan, git, makeIdleRepository, openIdle, storeOf } from './idle-plans.ts';

const idPattern = /[0-7][0-9A-HJKMNP-TV-Z]{25}/g;
const positionPattern = /^[0-9a-z]{8}$/;
const commits = 'm/c/';

/**
 * Two repositories that are equal, except that in `old` so many more plans were applied; `planId` was applied in both. Both have
 * so many commits of yours.
 */
export async function makeOldPlans(
  folder: string,
  count: number,
  { commits = 0 }: { commits?: number } = {},
): Promise<{ empty: string; old: string; planId: string }> {
  const empty = makeIdleRepository(`${folder}-empty`);
  addCommits(empty, commits);
  const first = await openIdle(empty);
  const planId = await applyIdlePlan(first, 'local/write');
  await first.close();
  const refs = planRefs(empty);
  await archive(empty);
  const old = `${folder}-old`;
  cpSync(empty, old, { recursive: true });
  const store = await levelStore(storeOf(old))();
  const updates = await copyPlan(store, { planId, count, refs });
  await store.close();
  git(old, ['update-ref', '--stdin'], updates);
  await archive(old);
  return { empty, old, planId };
}

function addCommits(folder: string, count: number): void {
  if (count === 0) return;
  const commit = (at: number) =>
    `commit refs/heads/main\ncommitter Bench <bench@example.com> ${at} +0000\ndata 1\nx\n${at === 0 ? 'from refs/heads/main^0\n' : ''}M 100644 inline src/file${at % 500}\ndata 6\n${String(at).padStart(6, '0')}\n\n`;
  git(folder, ['fast-import', '--quiet'], Array.from({ length: count }, (_, at) => commit(at)).join(''));
  git(folder, ['reset', '--quiet', '--hard']);
}

/** Moves the refs of finished plans where Troupe keeps them: it does so itself every few plans. */
async function archive(folder: string): Promise<void> {
  const troupe = await openIdle(folder);
  await troupe.cleanUp({ dryRun: false });
  await troupe.close();
}

/** What protects the files of a plan, and the mark that its result was applied. */
const copiedRefs = ['refs/troupe/plans', 'refs/troupe/checkpoints', 'refs/troupe/apply'];

/** The mark of an apply is named after a hash. */
const hashPattern = /(?<=apply\/)[0-9a-f]{24}/;

const planRefs = (folder: string): string[] =>
  git(folder, ['for-each-ref', '--format=%(refname) %(objectname)', ...copiedRefs])
    .split('\n')
    .filter(Boolean);

/** Returns the refs of the copies, for `git update-ref --stdin`. */
async function copyPlan(
  store: Store,
  { planId, count, refs }: { planId: string; count: number; refs: readonly string[] },
): Promise<string> {
  const rows: [key: string, value: unknown][] = [];
  let newest: { key: string; row: number[] } = { key: '', row: [] };
  for await (const [key, value] of store.entries('')) {
    if (key.includes(planId)) rows.push([key, value]);
    if (key.startsWith(commits) && ((value as number[])[0] ?? 0) > (newest.row[0] ?? 0))
      newest = { key, row: value as number[] };
  }
  const [commit = 0, positions = 0, ...others] = newest.row;
  const updates: string[] = [];
  for (let copy = 1; copy <= count; copy++) {
    const ids = new Map<string, string>();
    const rename = (text: string) =>
      text.replace(idPattern, id => {
        const other = ids.get(id) ?? ulid();
        ids.set(id, other);
        return other;
      });
    const move = (position: string) =>
      (Number.parseInt(position, 36) + copy * positions).toString(36).padStart(position.length, '0');
    const operations = rows.map(([key, value]): Operation => {
      const parts = key.split('/').map(part => (positionPattern.test(part) ? move(part) : rename(part)));
      return { type: 'put', key: parts.join('/'), value: copyValue(value, { rename, move }) };
    });
    const key = keys.reversedId(rename(planId));
    await store.batch([...operations, { type: 'put', key, value: true }]);
    const hash = copy.toString(16).padStart(24, '0');
    updates.push(...refs.map(ref => `create ${rename(ref).replace(hashPattern, hash)}\n`));
  }
  await store.batch([{ type: 'put', key: newest.key, value: [commit, positions * (count + 1), ...others] }]);
  return updates.join('');
}

interface Renaming {
  rename(text: string): string;
  move(position: string): string;
}

function copyValue(value: unknown, renaming: Renaming): unknown {
  if (typeof value === 'string') return renaming.rename(value);
  if (Array.isArray(value)) return value.map(each => copyValue(each, renaming));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      renaming.rename(name),
      name === 'seq' && typeof each === 'string' ? renaming.move(each) : copyValue(each, renaming),
    ]),
  );
}
