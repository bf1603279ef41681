/**
 * Entry point `troupe/git`: projects in git repositories and in plain directories.
 *
 * Only this file reads the process's environment: what git needs (PATH, HOME, the location of its configuration, the
 * committer's identity) and `XDG_STATE_HOME`. The modules behind it do not. Pass `env` and `sandboxes` to avoid both.
 */
import { join, resolve } from 'node:path';
import { stateDir } from './adapters/fs/state-dir.ts';
import { openDirectoryProject } from './adapters/project/directory/directory-project.ts';
import { openGitProject } from './adapters/project/git/project.ts';
import { findRoot } from './adapters/project/git/repository.ts';
import { createMultiProject } from './adapters/project/multi/multi-project.ts';
import type { Project } from './ports/project.ts';

export type { SandboxRef } from './model/effects.ts';
export type { PublishedTree } from './model/published-tree.ts';
export type { OwnerExchange, SandboxProject, TreeName, WorkerExchange, WorkerRepository } from './ports/exchange.ts';
export type { ApplyResult, Fingerprint, Project, ProjectHead, TreeMerge } from './ports/project.ts';

/** Options of {@link gitProject}. */
export interface ProjectOptions {
  /** The folder that holds the sandboxes. @default `$XDG_STATE_HOME/troupe/w`, else `~/.local/state/troupe/w` */
  sandboxes?: string;
  /**
   * The environment of git. Of its `GIT_*` variables, only those for configuration files and identity are passed on.
   * @default process.env
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** Timeout of your hooks and of signing during apply, in milliseconds. @default 600_000 */
  hookTimeoutMs?: number;
  /** Receives the arguments of every git command before it runs; throwing stops the command. @default none */
  trace?: (words: readonly string[]) => void;
}

/** Options of {@link directoryProject}. */
export interface DirectoryOptions extends ProjectOptions {
  /** The folder of the private repository that holds the directory's objects. @default `.troupe/objects` in the directory */
  objects?: string;
}

/**
 * Returns the git project that contains `path`. Problems with the repository surface on the first call to the
 * project.
 */
export function gitProject(path: string, options: ProjectOptions = {}): Project {
  return openGitProject(path, { ...options, ...surroundings(options) });
}

/** Returns a directory without git as a project. */
export function directoryProject(path: string, options: DirectoryOptions = {}): Project {
  const objects = options.objects ?? join(resolve(path), '.troupe', 'objects');
  return openDirectoryProject(path, { ...options, ...surroundings(options), objects });
}

/** Returns the git project that contains `path`, or the directory itself where there is none. */
export function projectAt(path: string, options: DirectoryOptions = {}): Project {
  return findRoot(path) === null ? directoryProject(path, options) : gitProject(path, options);
}

/**
 * Combines projects that one plan can change together. The first is the default for plans that name no project.
 * @throws {TroupeError} USAGE when an alias is used twice
 */
export function linkedProjects(
  projects: readonly (readonly [alias: string, project: Project])[],
  options: Pick<ProjectOptions, 'env' | 'sandboxes'> = {},
): Project {
  return createMultiProject({ projects, home: join(surroundings(options).sandboxes, 'linked') });
}

function surroundings({ env = process.env, sandboxes }: ProjectOptions) {
  return { env, sandboxes: sandboxes ?? join(stateDir(env), 'troupe', 'w') };
}
