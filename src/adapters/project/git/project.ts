import { resolve } from 'node:path';
import type { ApplyResult, Fingerprint, Project, ProjectHead, TargetCheck } from '../../../ports/project.ts';
import { coalesce } from '../../coalesce.ts';
import { type ApplyTreeOptions, applyToTarget } from './apply.ts';
import { type CheckTargetOptions, checkTarget } from './check-target.ts';
import { fingerprintOfGit } from './fingerprint.ts';
import type { GitOptions } from './git.ts';
import { trackInFlight } from './in-flight.ts';
import { matchingPaths } from './matching-paths.ts';
import { readPlace } from './place.ts';
import { closeProjectParts, type DefineMethod, openProjectParts, type ProjectParts } from './project-parts.ts';
import { createProjectPins } from './project-pins.ts';
import { createProjectSandboxes } from './project-sandboxes.ts';
import { createProjectMerges, createProjectTrees } from './project-trees.ts';
import { findRoot, openGitRepository, type ProjectRepository } from './repository.ts';
import { resolveHead } from './resolve-head.ts';

export interface GitProjectOptions extends GitOptions {
  /** The folder of the sandboxes, outside of every repository. */
  sandboxes: string;
  /** Timeout of your hooks and of signing during apply, in milliseconds. @default 600_000 */
  hookTimeoutMs?: number;
}

/** A project in a git repository, found from any folder inside it. Nothing is read before the first call. */
export function openGitProject(path: string, options: GitProjectOptions): Project {
  const root = findRoot(path) ?? resolve(path);
  const hookTimeoutMs = options.hookTimeoutMs ?? 600_000;
  return createProject({
    root,
    kind: 'git',
    sandboxes: options.sandboxes,
    env: options.env,
    prepare: () => openGitRepository(root, options),
    head: resolveHead,
    fingerprint: fingerprintOfGit,
    applyTree: (parts, what) => applyToTarget({ ...parts, hookTimeoutMs }, what),
    outlook: checkTarget,
  });
}

/** The parts that applying needs. */
export type ApplyParts = Pick<ProjectParts, 'ground' | 'sandboxes'>;

/** The differences between kinds of projects. */
export interface ProjectKind {
  root: string;
  kind: Project['kind'];
  sandboxes: string;
  /** The environment for git. */
  env: GitOptions['env'];
  prepare(): Promise<ProjectRepository>;
  head(
    ground: ProjectRepository,
    ref: string | undefined,
    options: { fetch?: boolean; from?: string },
  ): Promise<ProjectHead>;
  fingerprint(ground: ProjectRepository): Promise<Fingerprint>;
  applyTree(parts: ApplyParts, options: ApplyTreeOptions): Promise<ApplyResult>;
  outlook(parts: ApplyParts, options: CheckTargetOptions): Promise<TargetCheck>;
  /** Returns the commit for the HEAD of a sandbox with that tree. @default a commit on top of the project's HEAD */
  sandboxHead?(tree: string): string | undefined;
}

/** Implements the port for any repository whose objects git stores. */
export function createProject(how: ProjectKind): Project {
  const { root, kind } = how;
  const { track, drain } = trackInFlight(root);
  let opened: Promise<ProjectParts> | null = null;
  const load = () => {
    opened ??= how.prepare().then(ground => openProjectParts(ground, how));
    // A folder that is not a project may become one later.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  const define: DefineMethod = operation => track(async (...args) => operation(await load(), ...args));
  return {
    root,
    kind,
    place: define(({ ground }) => readPlace(root, ground.own)),
    head: define(({ ground }, ref, options = {}) => how.head(ground, ref, options)),
    fingerprint: track(coalesce(async () => how.fingerprint((await load()).ground))),
    matchingPaths: define(({ ground }, options) => matchingPaths(ground, options)),
    applyState: define(({ applyMarkers }) => applyMarkers()),
    apply: define((parts, options) => how.applyTree(parts, options)),
    checkTarget: define((parts, options) => how.outlook(parts, options)),
    ...createProjectSandboxes(define, { folder: how.sandboxes, headOf: how.sandboxHead }),
    ...createProjectPins(define, load),
    ...createProjectTrees(define),
    ...createProjectMerges(define),
    async close() {
      await drain();
      const parts = await opened?.catch(() => null);
      if (parts != null) await closeProjectParts(parts);
    },
  };
}
