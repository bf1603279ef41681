/**
 * The door `troupe/git`: projects in git repositories and in plain directories.
 *
 * This door, and no room behind it, reads the process's environment: for what git needs (PATH, HOME, where its
 * configuration is, who commits) and for `XDG_STATE_HOME`. Pass `env` and `sandboxes` to have neither read.
 */
import { join, resolve } from 'node:path';
import { stateDir } from './adapters/fs/state-dir.ts';
import { openDirectoryProject } from './adapters/project/directory/directory-project.ts';
import { openGitProject } from './adapters/project/git/project.ts';
import { findRoot } from './adapters/project/git/repository.ts';
import { createMultiProject } from './adapters/project/multi/multi-project.ts';
import type { Project } from './ports/project.ts';

export type { SandboxRef } from './model/effects.ts';
export type { ApplyResult, Fingerprint, Project, ProjectHead, TreeMerge } from './ports/project.ts';

export interface ProjectOptions {
  /** The folder below which sandboxes live. @default `$XDG_STATE_HOME/troupe/w`, else `~/.local/state/troupe/w` */
  sandboxes?: string;
  /** The environment of git; of its own `GIT_*` only configuration files and identity are passed on. @default process.env */
  env?: Readonly<Record<string, string | undefined>>;
  /** How long the user's hooks and signing may take when a result lands. @default 600_000 */
  hookTimeoutMs?: number;
  /** Told the words of every git command before it runs; what it throws stops the command. @default none */
  trace?: (words: readonly string[]) => void;
}

export interface DirectoryOptions extends ProjectOptions {
  /** Where the private repository lives that keeps the directory's objects. @default `.troupe/objects` in the directory */
  objects?: string;
}

/** The git project that `path` is in. Problems are told by the first question asked of it. */
export function gitProject(path: string, options: ProjectOptions = {}): Project {
  return openGitProject(path, { ...options, ...surroundings(options) });
}

/** A directory without git as a project. */
export function directoryProject(path: string, options: DirectoryOptions = {}): Project {
  const objects = options.objects ?? join(resolve(path), '.troupe', 'objects');
  return openDirectoryProject(path, { ...options, ...surroundings(options), objects });
}

/** The git project that `path` is in, or else the directory itself. */
export function projectAt(path: string, options: DirectoryOptions = {}): Project {
  return findRoot(path) === null ? directoryProject(path, options) : gitProject(path, options);
}

/**
 * Several projects that plans can work on together: the first is the one plans work on when they name no other.
 * @throws {TroupeError} USAGE when an alias is given twice
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
