/**
 * Converts the files of a sandbox (or of a plain directory) to a tree and back, through a separate index.
 *
 * W1. Captures what git would commit: ignored files are excluded, and stay on the way back.
 * W2. A repository created inside (for example by a scaffolding tool) is captured as its files; git alone would store
 *     a link to a commit that exists only there, or fail when there is none.
 * W3. Restoring removes everything newer, empty folders and inner repositories included.
 * W4. Files provisioned from elsewhere are ignored both ways: the paths in `excludedLinksFile`, next to the index. So
 *     are files of the set-up, while they are unchanged.
 */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeFolder } from '../../files/retry-busy.ts';
import { type Git, stderrOfError } from './git.ts';
import { treeOfIndex } from './index-tree.ts';
import { escapePattern, type ProjectRepository, readLine } from './repository.ts';
import { dropFromIndex, excludeSetupFiles, withSetupFiles } from './setup-files.ts';
import { withTempIndex } from './temp-index.ts';
import { holdsOnlyIndexed } from './untracked-names.ts';

/** Contains the paths that git ignores, as JSON. */
export const excludedLinksFile = 'troupe-apart';

/** Captures the files as a tree. `git` is set to a work tree and a separate index. */
export async function captureFiles(ground: ProjectRepository, git: Git): Promise<string> {
  await unlock(git);
  const words = ['add', '--all', '--sparse', '--', '.'];
  const { code, stderr } = await git.tryRun(words);
  if (/adding embedded git repository|does not have a commit checked out/.test(stderr)) await addInner(ground, git);
  else if (code !== 0) await git.exec(words);
  await dropFromIndex(git, await excludedLinks(git));
  await excludeSetupFiles(git);
  return (await treeOfIndex(ground, git.location.index ?? '')) ?? (await git.text(['write-tree'])).trim();
}

interface CheckoutFilesOptions {
  /** Whether git-lfs fetches large files; otherwise their pointers are checked out. @default false */
  lfs?: boolean;
}

const smudging = ({ lfs = false }: CheckoutFilesOptions) => ({ env: { GIT_LFS_SKIP_SMUDGE: lfs ? '0' : '1' } });

/** Resets the files to exactly the tree, whatever is there. */
export async function checkoutFiles(
  ground: ProjectRepository,
  git: Git,
  tree: string,
  how: CheckoutFilesOptions = {},
): Promise<void> {
  await unlock(git);
  await git.exec(['read-tree', '--reset', '-u', tree], smudging(how));
  const kept = (await excludedLinks(git)).flatMap(path => ['-e', `/${path.split('/').map(escapePattern).join('/')}`]);
  await withSetupFiles(git, async () => {
    if (!(await isClean(ground, git))) await git.exec(['clean', '-ffd', '--quiet', ...kept]);
  });
}

/**
 * The same in a folder of another tree, of which nothing may stay, ignored files included. If files cannot be removed
 * one by one, removes everything first.
 */
export async function replaceFiles(
  ground: ProjectRepository,
  git: Git,
  tree: string,
  how: CheckoutFilesOptions = {},
): Promise<void> {
  const { cwd, index = '' } = git.location;
  await unlock(git);
  const run = async (words: readonly string[]) => (await git.tryRun(words, smudging(how))).code === 0;
  const read = await run(['read-tree', '--reset', '-u', tree]);
  if (read && ((await isClean(ground, git)) || (await run(['clean', '-ffdx', '--quiet'])))) return;
  await Promise.all((await readdir(cwd)).map(name => removeFolder(join(cwd, name))));
  await rm(index, { force: true });
  return checkoutFiles(ground, git, tree, how);
}

/** Whether `git clean` has nothing to remove. Starting it costs more than reading the names of a small checkout. */
const isClean = ({ oidLength }: ProjectRepository, { location: { cwd, index = '' } }: Git) =>
  holdsOnlyIndexed(cwd, index, oidLength);

/** The index is used by one operation at a time: a lock on it is from a killed git. */
async function unlock({ location }: Git): Promise<void> {
  await rm(`${location.index}.lock`, { force: true });
}

async function excludedLinks({ location: { index = '' } }: Git): Promise<string[]> {
  return JSON.parse((await readLine(join(dirname(index), excludedLinksFile))) ?? '[]');
}

/** Adds everything, with the files of inner repositories in place of the repositories. */
async function addInner(ground: ProjectRepository, git: Git): Promise<void> {
  const known = new Set(await linksIn(git, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']));
  const links = (await linksIn(git, ['ls-files', '--stage', '-z'])).filter(path => !known.has(path));
  await dropFromIndex(git, links);
  const inner = (await git.fields(['ls-files', '--others', '--exclude-standard', '-z']))
    .filter(path => path.endsWith('/'))
    .map(path => path.slice(0, -1));
  await git.exec(['add', '--all', '--sparse', '--', '.', ...inner.map(path => `:(exclude,top,literal)${path}`)]);
  for (const path of inner) {
    const tree = await withTempIndex(ground, git.at({ cwd: join(git.location.cwd, path) }), here =>
      captureFiles(ground, here.at({ workTree: here.location.cwd })),
    );
    await git.exec(['read-tree', `--prefix=${path}/`, tree]);
  }
}

/** Returns paths that are links to commits of other repositories. */
async function linksIn(git: Git, words: readonly string[]): Promise<string[]> {
  const entries = await git.fields(words).catch((error: unknown) => {
    // Without a commit there are no links yet.
    if (/Not a valid object name/.test(stderrOfError(error))) return [];
    throw error;
  });
  return entries.filter(line => line.startsWith('160000 ')).map(line => line.slice(line.indexOf('\t') + 1));
}
