/**
 * Several projects as one. A tree of a plan on several projects combines the trees of all
 * (`src/model/multi-project-tree.ts`), its paths start with the alias of their project, and every operation runs on
 * each. A plain id belongs to the first project, as if the others did not exist.
 */
import { isJoinedTree } from '../../../model/multi-project-tree.ts';
import type { Project } from '../../../ports/project.ts';
import { applyEach, checkEachTarget } from './apply-each.ts';
import { multiProjectCheckouts } from './checkouts.ts';
import { multiProjectFiles } from './files.ts';
import { linkProjects, type ProjectList } from './linked-projects.ts';
import { multiProjectMerge } from './merge.ts';
import { multiProjectRefs } from './refs.ts';
import { createMultiProjectSandboxes } from './sandboxes.ts';
import { multiProjectTrees } from './trees.ts';

export interface MultiProjectOptions {
  projects: ProjectList;
  /** Folder of the link folders. */
  home: string;
}

/** @throws {TroupeError} USAGE when an alias is used twice, or is invalid */
export function createMultiProject({ projects: list, home }: MultiProjectOptions): Project {
  const linked = linkProjects(list);
  const { main, all, projects, of } = linked;
  const sandboxes = createMultiProjectSandboxes(projects, home);
  return {
    ...main,
    linked: projects,
    ...multiProjectCheckouts(linked),
    ...multiProjectTrees(linked),
    ...multiProjectRefs(linked),
    ...multiProjectMerge(of, [main, ...all.slice(1)]),
    openSandbox: options => (isJoinedTree(options.tree) ? sandboxes.open(options) : main.openSandbox(options)),
    sandbox: key => (sandboxes.has(key) ? sandboxes.find(key) : main.sandbox(key)),
    provision: options => (sandboxes.has(options.key) ? sandboxes.equip(options) : main.provision(options)),
    markProvisioned: (key, before) =>
      sandboxes.has(key) ? sandboxes.equipped(key, before) : main.markProvisioned(key, before),
    materialize: key => (sandboxes.has(key) ? sandboxes.folder(key) : main.materialize(key)),
    filesOf: key => (sandboxes.has(key) ? multiProjectFiles(() => sandboxes.files(key)) : main.filesOf(key)),
    capture: options => (sandboxes.has(options.key) ? sandboxes.capture(options) : main.capture(options)),
    restore: options => (isJoinedTree(options.tree) ? sandboxes.restore(options) : main.restore(options)),
    removeSandbox: options => (sandboxes.has(options.key) ? sandboxes.remove(options) : main.removeSandbox(options)),
    async sandboxes() {
      const found = (await Promise.all(all.map(project => project.sandboxes()))).flat();
      return [...new Map(found.map(sandbox => [sandbox.key, sandbox])).values()];
    },
    async apply(options) {
      return isJoinedTree(options.base) ? applyEach(of, options) : main.apply(options);
    },
    async checkTarget(options) {
      return isJoinedTree(options.base) ? checkEachTarget(of, options) : main.checkTarget(options);
    },
    async close() {
      for (const project of all) await project.close();
    },
  };
}
