/**
 * Adds what a sandbox's folder needs from your checkout before programs run in it: copies of ignored files, links,
 * and a range of ports. git sees none of it.
 *
 * E1. Only ignored files are copied: anything else would become part of the result.
 * E2. Nothing in the sandbox is replaced.
 * E3. Copies are atomic.
 * E4. What was done is stored next to the registration, and removed with it.
 */
import { existsSync } from 'node:fs';
import { constants, copyFile, lstat, mkdir, readlink, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProvisionedSandbox } from '../../../ports/project-sandboxes.ts';
import { writeFileAtomic } from '../../fs/write-file-atomic.ts';
import { claimPorts, portsInRange } from './port-range.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { tempName } from './temp-files.ts';
import { excludedLinksFile } from './worktree-files.ts';

const readyFile = 'troupe-ready';
const portsFile = 'troupe-ports';

export interface ProvisionOptions {
  /** The folder of the sandbox, and its git directory. */
  path: string;
  place: string;
  include: readonly string[];
  link: readonly string[];
}

/** @param folder that contains all sandboxes */
export async function provision(
  ground: ProjectRepository,
  folder: string,
  { path, place, include, link }: ProvisionOptions,
): Promise<ProvisionedSandbox> {
  const noted = Number(await readLine(join(place, portsFile)));
  const start = noted > 0 ? noted : await claimPorts(folder, path);
  await writeFileAtomic(join(place, portsFile), `${start}\n`);
  const ports = { start, end: start + portsInRange - 1 };
  if (existsSync(join(place, readyFile))) return { path, ports, ready: true };
  const links: string[] = [];
  for (const each of link.map(name => name.replace(/\/+$/, ''))) {
    const target = join(ground.root, each);
    const there = await readlink(join(path, each)).catch(() => null);
    const isFree = !existsSync(join(path, each)) || there === target;
    if (existsSync(target) && isFree) links.push(each);
  }
  // First make git ignore the links, then create them.
  await writeFileAtomic(join(place, excludedLinksFile), JSON.stringify(links));
  for (const each of links) {
    await put(join(path, each), target => symlink(join(ground.root, each), target));
  }
  for (const each of await included(ground, include)) {
    const from = join(ground.root, each);
    await put(join(path, each), async target =>
      (await lstat(from)).isSymbolicLink()
        ? symlink(await readlink(from), target)
        : copyWhole(from, { target, draft: join(dirname(path), tempName('.copy')) }),
    );
  }
  return { path, ports, ready: false };
}

/** Records that the whole set-up is done. */
export async function markProvisioned(place: string): Promise<void> {
  await writeFile(join(place, readyFile), '');
}

/** Copies to a temporary file next to the sandbox: an incomplete one is removed there, and never used. */
async function copyWhole(from: string, { target, draft }: { target: string; draft: string }): Promise<void> {
  await copyFile(from, draft, constants.COPYFILE_FICLONE);
  await rename(draft, target);
}

async function put(target: string, make: (target: string) => Promise<void>): Promise<void> {
  if ((await lstat(target).catch(() => null)) !== null) return;
  await mkdir(dirname(target), { recursive: true });
  await make(target);
}

/** Returns the links and patterns that match nothing in the checkout. */
export async function findMissing(
  ground: ProjectRepository,
  { include, link }: { include: readonly string[]; link: readonly string[] },
): Promise<{ include: string[]; link: string[] }> {
  const found = await Promise.all(
    include.map(async pattern => (await ignoredBy(ground, [`--exclude=${pattern}`])).length > 0),
  );
  return {
    include: include.filter((pattern, at) => !pattern.startsWith('!') && found[at] === false),
    link: link.filter(each => !existsSync(join(ground.root, each))),
  };
}

/** Returns ignored files of the checkout that match a pattern, or a line of its `.worktreeinclude`. */
async function included(ground: ProjectRepository, patterns: readonly string[]): Promise<string[]> {
  const list = join(ground.root, '.worktreeinclude');
  const rules = [
    ...patterns.map(pattern => `--exclude=${pattern}`),
    ...(existsSync(list) ? [`--exclude-from=${list}`] : []),
  ];
  return rules.length === 0 ? [] : ignoredBy(ground, rules);
}

async function ignoredBy({ files }: ProjectRepository, rules: readonly string[]): Promise<string[]> {
  const named = await files.fields(['ls-files', '--others', '--ignored', '-z', ...rules]);
  if (named.length === 0) return [];
  const input = named.map(path => `${path}\0`).join('');
  const { stdout } = await files.tryRun(['check-ignore', '-z', '--stdin'], { input });
  return stdout.toString().split('\0').slice(0, -1);
}
