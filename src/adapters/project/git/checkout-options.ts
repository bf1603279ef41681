/**
 * How a sandbox's folder is checked out, stored next to its registration.
 *
 * Y1. Files outside of a sparse checkout stay in the index unchanged, and are captured that way.
 * Y2. Files of submodules are read-only: the tree contains a link to a commit, and changes in them are not captured.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckoutOptions, Submodule } from '../../../ports/project-sandboxes.ts';
import { writeFileAtomic } from '../../fs/write-file-atomic.ts';
import type { Git } from './git.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { withTempIndex } from './temp-index.ts';

const file = 'troupe-layout';
const patternsOf = (place: string) => join(place, 'info', 'sparse-checkout');

/** Returns whether these options need a folder. */
export const excludesFiles = (ground: ProjectRepository, { sparse }: CheckoutOptions): boolean =>
  sparse === 'inherit' ? ground.kind === 'git' && existsSync(patternsOf(ground.gitDir)) : sparse !== undefined;

/** Stores the checkout options of a sandbox in its git directory. */
export async function saveCheckoutOptions(
  ground: ProjectRepository,
  place: string,
  layout: CheckoutOptions,
): Promise<void> {
  await writeFileAtomic(join(place, file), JSON.stringify(layout));
  const patterns = await sparsePatterns(ground, layout.sparse);
  if (patterns === null) return rm(patternsOf(place), { force: true });
  await mkdir(join(place, 'info'), { recursive: true });
  await writeFileAtomic(patternsOf(place), patterns);
}

export async function readCheckoutOptions(place: string): Promise<CheckoutOptions> {
  return JSON.parse((await readLine(join(place, file))) ?? '{}');
}

/** Returns the settings with which git checks out and captures. */
export function configOf(place: string): string[] {
  const sparse = existsSync(patternsOf(place));
  return [`core.sparseCheckout=${sparse}`, 'core.sparseCheckoutCone=false', 'index.sparse=false'];
}

/** Returns whether the folder has exactly all files, so that another sandbox may reuse it. */
export const isFullCheckout = (place: string, { submodules = false }: CheckoutOptions): boolean =>
  !submodules && !existsSync(patternsOf(place));

async function sparsePatterns(ground: ProjectRepository, sparse: CheckoutOptions['sparse']): Promise<string | null> {
  if (sparse === undefined) return null;
  if (sparse !== 'inherit') {
    const folders = sparse.map(folder => folder.replace(/^\.?\/+|\/+$/g, '')).filter(folder => folder !== '');
    return ['/*', '!/*/', ...folders.map(folder => `/${folder}/`), ''].join('\n');
  }
  if (!excludesFiles(ground, { sparse })) return null;
  const { stdout } = await ground.files.tryRun(['config', '--type=bool', '--get', 'core.sparseCheckout']);
  return stdout.toString().trim() === 'true' ? readFile(patternsOf(ground.gitDir), 'utf8') : null;
}

/** Returns the submodules of your checkout from its index. */
export async function submodulesOf({ root, kind, files }: ProjectRepository): Promise<Submodule[]> {
  // Without this file there are no submodules, and the index of a large project need not be read.
  if (kind !== 'git' || !existsSync(join(root, '.gitmodules'))) return [];
  const paths = (await files.fields(['ls-files', '--stage', '-z'])).flatMap(line => linkOf(line)?.path ?? []);
  return paths.map(path => ({ path, checkedOut: existsSync(join(root, path, '.git')) }));
}

/** Parses a line of `ls-files --stage` that is a link to a commit. */
function linkOf(line: string): { commit: string; path: string } | null {
  const [, commit, path] = /^160000 ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? [];
  return commit === undefined || path === undefined ? null : { commit, path };
}

/** Checks out the files of submodules at the commits of the tree, as far as your checkout has them. */
export async function checkoutSubmodules(ground: ProjectRepository, git: Git): Promise<void> {
  for (const line of await git.fields(['ls-files', '--stage', '-z'])) {
    const link = linkOf(line);
    if (link === null || !existsSync(join(ground.root, link.path, '.git'))) continue;
    const { commit, path } = link;
    const { stdout } = await ground.files.run(['-C', path, 'rev-parse', '--absolute-git-dir']);
    const workTree = join(git.location.cwd, path);
    const place = { cwd: workTree, gitDir: stdout.toString().trim(), workTree };
    if ((await git.at(place).tryRun(['cat-file', '-e', `${commit}^{tree}`])).code !== 0) continue;
    await withTempIndex(ground, git.at(place), here => here.exec(['read-tree', '--reset', '-u', commit]));
  }
}
