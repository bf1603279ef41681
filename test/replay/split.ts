import { seededRandom } from '../seed.ts';
import type { RecordedMerge } from './merge-cases.ts';
import type { ReplayRepository, TreeFile } from './repository.ts';

/**
 * Merges with a known answer, from a history without any. The changes of one commit are split between two sides, hunk by hunk
 * (as git sees hunks) and file by file; merging the two must give the commit back. A file that was renamed is renamed
 * by one side, and its changes in it are split between both.
 *
 * The repository is written to; give it a copy.
 */
export function splitCommits(
  repository: ReplayRepository,
  { limit, seed }: { limit: number; seed: number },
): RecordedMerge[] {
  const random = seededRandom(seed);
  const found: RecordedMerge[] = [];
  for (const line of repository.lines('rev-list', '--all', '--min-parents=1', '--max-parents=1', '--parents')) {
    const [commit = '', base = ''] = line.split(' ');
    const sides = splitCommit(repository, base, commit, () => random() < 0.5);
    if (sides === null) continue;
    const [ours, theirs] = sides.map(tree => commitOf(repository, tree, [base])) as [string, string];
    const merge = commitOf(repository, `${commit}^{tree}`, [ours, theirs]);
    if (found.push({ commit: merge, base, ours, theirs }) >= limit) break;
  }
  return found;
}

interface Change {
  before: (TreeFile & { path: string }) | null;
  after: (TreeFile & { path: string }) | null;
}

/** The trees of the two sides; null where one of them would have nothing. */
function splitCommit(
  repository: ReplayRepository,
  base: string,
  commit: string,
  coin: () => boolean,
): [string, string] | null {
  const changes = changesOf(repository, base, commit);
  const sides = [repository.leaves(base), repository.leaves(base)] as const;
  let [left, right] = [0, 0];
  for (const { before, after } of changes) {
    const first = coin();
    const [mover, stayer] = first ? sides : [sides[1], sides[0]];
    const parts = before !== null && after !== null ? splitContents(repository, before, after, coin) : null;
    if (before !== null) mover.delete(before.path);
    if (after !== null) mover.set(after.path, { mode: after.mode, oid: parts?.[0] ?? after.oid });
    if (before !== null && parts !== null) stayer.set(before.path, { mode: before.mode, oid: parts[1] });
    if (first) left++;
    else right++;
    if (parts !== null) [left, right] = [left + 1, right + 1];
  }
  if (left === 0 || right === 0 || sides.some(hasPathClash)) return null;
  return [treeOf(repository, sides[0]), treeOf(repository, sides[1])];
}

/** A file where the same tree has a folder: the two belonged to one change, and no tree can hold both. */
function hasPathClash(leaves: ReadonlyMap<string, TreeFile>): boolean {
  return [...leaves.keys()].some(path => {
    const names = path.split('/');
    return names.some((_, count) => count > 0 && leaves.has(names.slice(0, count).join('/')));
  });
}

function changesOf(repository: ReplayRepository, base: string, commit: string): Change[] {
  const output = repository.git(['diff-tree', '-r', '-M', '-l0', '-z', '--raw', base, commit]).toString('utf8');
  const fields = output.split('\0');
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [modeBefore = '', mode = '', oidBefore = '', oid = '', status = ''] = (fields[at] as string)
      .slice(1)
      .split(' ');
    const moved = status.startsWith('R');
    const [from = '', to = ''] = moved ? [fields[at + 1], fields[at + 2]] : [fields[at + 1], fields[at + 1]];
    const before = status === 'A' ? null : { path: from, mode: modeBefore, oid: oidBefore };
    const after = status === 'D' ? null : { path: to, mode, oid };
    changes.push({ before, after });
    at += moved ? 3 : 2;
  }
  return changes;
}

/** Two blobs, each with some of the hunks between the two contents; null where there are fewer than two. */
function splitContents(
  repository: ReplayRepository,
  before: TreeFile,
  after: TreeFile,
  coin: () => boolean,
): [string, string] | null {
  if (before.oid === after.oid || ![before, after].every(({ mode }) => mode.startsWith('100'))) return null;
  const diff = repository.git(['diff', '-U0', '--no-color', '--no-ext-diff', before.oid, after.oid]).toString('latin1');
  const hunks = [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(found => {
    const [from, removed, to, added] = [found[1], found[2] ?? 1, found[3], found[4] ?? 1].map(Number) as Numbers4;
    // Of nothing git names the line before.
    return { from: removed === 0 ? from : from - 1, removed, to: added === 0 ? to : to - 1, added };
  });
  const hands = hunks.map(coin);
  if (new Set(hands).size < 2) return null;
  const blobs = repository.contents([before.oid, after.oid]);
  const lines = (oid: string) => (blobs.get(oid) as Buffer).toString('latin1').split(/(?<=\n)/);
  const [old, fresh] = [lines(before.oid), lines(after.oid)];
  const write = (hand: boolean) => {
    const parts: string[] = [];
    let at = 0;
    for (const [index, { from, removed, to, added }] of hunks.entries()) {
      if (hands[index] !== hand) continue;
      parts.push(old.slice(at, from).join(''), fresh.slice(to, to + added).join(''));
      at = from + removed;
    }
    const text = [...parts, ...old.slice(at)].join('');
    return repository.git(['hash-object', '-w', '--stdin'], Buffer.from(text, 'latin1')).toString().trim();
  };
  return [write(true), write(false)];
}

type Numbers4 = [number, number, number, number];

function treeOf(repository: ReplayRepository, leaves: ReadonlyMap<string, TreeFile>): string {
  const entries = [...leaves].map(([path, { mode, oid }]) => `${mode} ${oid}\t${path}\0`).join('');
  repository.git(['read-tree', '--empty']);
  repository.git(['update-index', '-z', '--index-info'], entries);
  return repository.git(['write-tree', '--missing-ok']).toString().trim();
}

function commitOf(repository: ReplayRepository, tree: string, parents: readonly string[]): string {
  const oid = repository.git(['rev-parse', tree]).toString().trim();
  const words = parents.map(parent => `parent ${parent}\n`).join('');
  const who = 'split <split@localhost> 0 +0000';
  const body = `tree ${oid}\n${words}author ${who}\ncommitter ${who}\n\nx\n`;
  return repository.git(['hash-object', '-t', 'commit', '-w', '--stdin'], body).toString().trim();
}
