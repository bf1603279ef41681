import type { ReplayRepository, TreeFile } from './repository.ts';

/** A recorded merge. */
export interface RecordedMerge {
  commit: string;
  base: string;
  ours: string;
  theirs: string;
}

/** A file that both sides of a merge changed, and what it is in the commit that was made of it. */
export interface MergeCase {
  commit: string;
  path: string;
  base: Buffer | null;
  ours: Buffer;
  theirs: Buffer;
  /** null where the path is not there afterwards. */
  recorded: Buffer | null;
}

/** The merges of two with one common ancestor, newest first. Where there are more ancestors git makes one up; those are left out. */
export function listMerges(repository: ReplayRepository, limit: number): RecordedMerge[] {
  const found: RecordedMerge[] = [];
  for (const line of repository.lines('rev-list', '--all', '--min-parents=2', '--max-parents=2', '--parents')) {
    const [commit = '', ours = '', theirs = ''] = line.split(' ');
    const bases = basesOf(repository, ours, theirs);
    const [base] = bases;
    if (base === undefined || bases.length > 1 || base === ours || base === theirs) continue;
    if (found.push({ commit, base, ours, theirs }) >= limit) break;
  }
  return found;
}

function basesOf(repository: ReplayRepository, ours: string, theirs: string): string[] {
  try {
    return repository.lines('merge-base', '--all', ours, theirs);
  } catch {
    // Histories that have nothing in common: git says so by an exit code.
    return [];
  }
}

const isFile = (leaf: TreeFile | undefined) => leaf?.mode.startsWith('100') === true;

/** The files of a merge that stand at one path on all sides and that both changed, not alike. */
export function listCases(repository: ReplayRepository, { commit, base, ours, theirs }: RecordedMerge): MergeCase[] {
  const [b, o, t, r] = [base, ours, theirs, commit].map(each => repository.leaves(each)) as Leaves4;
  const contested = [...o].flatMap(([path, mine]) => {
    const [before, other] = [b.get(path), t.get(path)];
    if (other === undefined || [mine.oid, before?.oid].includes(other.oid) || mine.oid === before?.oid) return [];
    if (![mine, other].every(isFile) || (before !== undefined && !isFile(before))) return [];
    return [{ path, before, mine, other, after: r.get(path) }];
  });
  const blobs = repository.contents(
    contested.flatMap(({ before, mine, other, after }) =>
      [before, mine, other, after].flatMap(leaf => (leaf !== undefined && isFile(leaf) ? [leaf.oid] : [])),
    ),
  );
  const read = (leaf: TreeFile | undefined) => (leaf === undefined ? null : (blobs.get(leaf.oid) ?? null));
  return contested.map(({ path, before, mine, other, after }) => ({
    commit,
    path,
    base: read(before),
    ours: read(mine) as Buffer,
    theirs: read(other) as Buffer,
    recorded: read(after),
  }));
}

type Leaves4 = [Map<string, TreeFile>, Map<string, TreeFile>, Map<string, TreeFile>, Map<string, TreeFile>];
