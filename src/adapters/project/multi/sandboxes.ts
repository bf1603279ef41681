/**
 * Sandboxes of plans on several projects: one in each project with the same key, and a folder of links to them, by
 * alias, in which programs run. The folder shows which projects a sandbox has, so a plan limited to one sees no
 * other.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import type { SandboxRef } from '../../../model/effects.ts';
import { TroupeError } from '../../../model/errors.ts';
import { joinTrees, splitTree } from '../../../model/multi-project-tree.ts';
import type { Files } from '../../../ports/files.ts';
import type { Project } from '../../../ports/project.ts';
import type { ProvisionedSandbox } from '../../../ports/project-sandboxes.ts';
import { folderMode } from '../../fs/owner-only.ts';

export interface MultiProjectSandboxes {
  /** Returns whether the sandbox of this key is one of several projects. */
  has(key: string): boolean;
  open(options: Parameters<Project['openSandbox']>[0]): Promise<SandboxRef>;
  equip(options: Parameters<Project['provision']>[0]): Promise<ProvisionedSandbox>;
  equipped(key: string, before?: string): Promise<void>;
  folder(key: string): Promise<SandboxRef>;
  find(key: string): Promise<SandboxRef>;
  files(key: string): Promise<ReadonlyMap<string, Files>>;
  capture(options: { key: string; pin?: string }): Promise<{ tree: string; ref: string | null }>;
  restore(options: { key: string; tree: string }): Promise<void>;
  remove(options: { key: string; pin: string | null }): Promise<void>;
}

export function createMultiProjectSandboxes(
  projects: ReadonlyMap<string, Project>,
  home: string,
): MultiProjectSandboxes {
  const placeOf = (key: string) => join(home, createHash('sha256').update(key).digest('hex').slice(0, 12));
  const membersOf = async (key: string): Promise<[string, Project][]> => {
    const aliases = await readdir(placeOf(key)).catch((): string[] => []);
    return [...projects].filter(([alias]) => aliases.includes(alias));
  };
  const mustBe = async (key: string): Promise<[[string, Project], ...[string, Project][]]> => {
    const [first, ...others] = await membersOf(key);
    if (first !== undefined) return [first, ...others];
    throw new TroupeError('SANDBOX_LOST', `The sandbox ${key} is gone`, { where: placeOf(key) });
  };
  return {
    has: key => existsSync(placeOf(key)),
    async open({ key, tree, ...how }) {
      const path = placeOf(key);
      await mkdir(path, { recursive: true, mode: folderMode });
      for (const [alias, oid] of Object.entries(splitTree(tree))) {
        const sandbox = await projectOfAlias(projects, alias).openSandbox({ key, tree: oid, ...how });
        await rm(join(path, alias), { force: true });
        await symlink(sandbox.path, join(path, alias));
      }
      return { key, path };
    },
    async folder(key) {
      for (const [, project] of await mustBe(key)) await project.materialize(key);
      return { key, path: placeOf(key) };
    },
    async equip(options) {
      const [[, main], ...others] = await mustBe(options.key);
      const provisioned = others.map(([, project]) => project.provision(options));
      const [first, ...rest] = await Promise.all([main.provision(options), ...provisioned]);
      return { path: placeOf(options.key), ports: first.ports, ready: [first, ...rest].every(({ ready }) => ready) };
    },
    async equipped(key, before) {
      const trees = before === undefined ? {} : splitTree(before);
      for (const [alias, project] of await mustBe(key)) await project.markProvisioned(key, trees[alias]);
    },
    async find(key) {
      for (const [, project] of await mustBe(key)) await project.sandbox(key);
      return { key, path: placeOf(key) };
    },
    async files(key) {
      return new Map((await mustBe(key)).map(([alias, project]) => [alias, project.filesOf(key)]));
    },
    async capture({ key, ...how }) {
      const trees: Record<string, string> = {};
      for (const [alias, project] of await mustBe(key)) trees[alias] = (await project.capture({ key, ...how })).tree;
      return { tree: joinTrees(trees), ref: how.pin === undefined ? null : `refs/troupe/${how.pin}` };
    },
    async restore({ key, tree }) {
      for (const [alias, oid] of Object.entries(splitTree(tree))) {
        await projectOfAlias(projects, alias).restore({ key, tree: oid });
      }
    },
    async remove({ key, pin }) {
      for (const [, project] of await membersOf(key)) await project.removeSandbox({ key, pin });
      await rm(placeOf(key), { recursive: true, force: true });
    },
  };
}

/** @throws {TroupeError} USAGE when this Troupe was opened without it */
export function projectOfAlias(projects: ReadonlyMap<string, Project>, alias: string): Project {
  const project = projects.get(alias);
  if (project !== undefined) return project;
  const known = [...projects.keys()].join(', ');
  throw new TroupeError('USAGE', `There is no project "${alias}" here; known: ${known}`, {
    where: alias,
    hints: [commandHint('help plan use')],
  });
}
