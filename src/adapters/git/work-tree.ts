/**
 * Files of a sandbox (or of a plain directory) to a tree and back, through an index that only we use.
 *
 * W1. What is captured is what git would commit: ignored files stay out, and stay where they are on the way back.
 * W2. A repository made inside (by a scaffolding tool, say) is captured as the files it holds; git alone would keep a
 *     link to a commit that nobody else has, or refuse when there is none.
 * W3. Going back removes everything made later, empty folders and inner repositories included.
 * W4. What was put there from elsewhere is looked past both ways: the paths in `apartFile`, beside the index. So are files
 *     that set-up made, as long as they are as it made them.
 */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeFolder } from '../files/when-free.ts';
import { type Git, stderrOf } from './git.ts';
import { type Ground, literally, readLine } from './ground.ts';
import { treeOfIndex } from './index-tree.ts';
import { forget, keepingMade, withoutMade } from './made-files.ts';
import { withScratchIndex } from './scratch.ts';

/** Holds paths that are no matter of git's, as JSON. */
export const apartFile = 'troupe-apart';

/** The files as a tree. `git` is placed at a work tree and an index of ours. */
export async function captureFiles(ground: Ground, git: Git): Promise<string> {
  await unlock(git);
  const words = ['add', '--all', '--sparse', '--', '.'];
  const { code, stderr } = await git.attempt(words);
  if (/adding embedded git repository|does not have a commit checked out/.test(stderr)) await addInner(ground, git);
  else if (code !== 0) await git.tell(words);
  await forget(git, await apart(git));
  await withoutMade(git);
  return (await treeOfIndex(ground, git.place.index ?? '')) ?? (await git.ask(['write-tree'])).trim();
}

interface LayOptions {
  /** Whether git-lfs fetches large files; otherwise their pointers lie there. @default false */
  lfs?: boolean;
}

const smudging = ({ lfs = false }: LayOptions) => ({ env: { GIT_LFS_SKIP_SMUDGE: lfs ? '0' : '1' } });

/** Makes the files exactly the tree, whatever stands there. */
export async function layFiles(git: Git, tree: string, how: LayOptions = {}): Promise<void> {
  await unlock(git);
  await git.tell(['read-tree', '--reset', '-u', tree], smudging(how));
  const kept = (await apart(git)).flatMap(path => ['-e', `/${path.split('/').map(literally).join('/')}`]);
  await keepingMade(git, () => git.tell(['clean', '-ffd', '--quiet', ...kept]));
}

/**
 * The same where another tree was before, of which nothing may stay, ignored files included. Where that cannot be done
 * piece by piece everything goes first.
 */
export async function replaceFiles(git: Git, tree: string, how: LayOptions = {}): Promise<void> {
  const { cwd, index = '' } = git.place;
  await unlock(git);
  for (const words of [
    ['read-tree', '--reset', '-u', tree],
    ['clean', '-ffdx', '--quiet'],
  ]) {
    const { code } = await git.attempt(words, smudging(how));
    if (code === 0) continue;
    await Promise.all((await readdir(cwd)).map(name => removeFolder(join(cwd, name))));
    await rm(index, { force: true });
    return layFiles(git, tree, how);
  }
}

/** The index is ours and used in turns: a lock on it was left by a git that was killed. */
async function unlock({ place }: Git): Promise<void> {
  await rm(`${place.index}.lock`, { force: true });
}

async function apart({ place: { index = '' } }: Git): Promise<string[]> {
  return JSON.parse((await readLine(join(dirname(index), apartFile))) ?? '[]');
}

/** Adds everything, with the files of inner repositories in place of the repositories. */
async function addInner(ground: Ground, git: Git): Promise<void> {
  const known = new Set(await linksIn(git, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']));
  const links = (await linksIn(git, ['ls-files', '--stage', '-z'])).filter(path => !known.has(path));
  await forget(git, links);
  const inner = (await git.list(['ls-files', '--others', '--exclude-standard', '-z']))
    .filter(path => path.endsWith('/'))
    .map(path => path.slice(0, -1));
  await git.tell(['add', '--all', '--sparse', '--', '.', ...inner.map(path => `:(exclude,top,literal)${path}`)]);
  for (const path of inner) {
    const tree = await withScratchIndex(ground, git.at({ cwd: join(git.place.cwd, path) }), here =>
      captureFiles(ground, here.at({ workTree: here.place.cwd })),
    );
    await git.tell(['read-tree', `--prefix=${path}/`, tree]);
  }
}

/** Paths that are links to commits of other repositories. */
async function linksIn(git: Git, words: readonly string[]): Promise<string[]> {
  const entries = await git.list(words).catch((error: unknown) => {
    // Without a commit there are no links yet.
    if (/Not a valid object name/.test(stderrOf(error))) return [];
    throw error;
  });
  return entries.filter(line => line.startsWith('160000 ')).map(line => line.slice(line.indexOf('\t') + 1));
}
