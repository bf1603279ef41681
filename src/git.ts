/**
 * Entry point `troupe/git`: projects in git repositories and in plain directories.
 *
 * Only this file reads the process's environment: what git needs (PATH, HOME, the location of its configuration, the
 * committer's identity) and `XDG_STATE_HOME`. The modules behind it do not. Pass `env` and `sandboxes` to avoid both.
 */
import { join, resolve } from 'node:path';
import { systemClock } from './adapters/clocks/system-clock.ts';
import { openOwnerExchange } from './adapters/exchange/owner-exchange.ts';
import { openWorkerExchange } from './adapters/exchange/worker-exchange.ts';
import { stateDir } from './adapters/fs/state-dir.ts';
import { openDirectoryProject } from './adapters/project/directory/directory-project.ts';
import { openGitProject } from './adapters/project/git/project.ts';
import { findRoot, openDirectoryRepository, openGitRepository } from './adapters/project/git/repository.ts';
import { createMultiProject } from './adapters/project/multi/multi-project.ts';
import type { OwnerExchange, WorkerExchange } from './ports/exchange.ts';
import type { Project } from './ports/project.ts';

export type { SandboxRef } from './model/effects.ts';
export type { PublishedTree } from './model/published-tree.ts';
export type { OwnerExchange, SandboxProject, TreeName, WorkerExchange, WorkerRepository } from './ports/exchange.ts';
export type { ApplyResult, Fingerprint, Project, ProjectHead } from './ports/project.ts';
export type { ConflictText, HunkText, ProjectMerges, TreeMerge } from './ports/project-merges.ts';
export type { ProjectPins } from './ports/project-pins.ts';
export type {
  CheckoutOptions,
  ProjectSandboxes,
  ProvisionedSandbox,
  SandboxKind,
  Submodule,
} from './ports/project-sandboxes.ts';
export type { ProjectTrees } from './ports/project-trees.ts';

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

/** Options of {@link ownerExchange} and {@link workerExchange}. */
export interface ExchangeOptions extends Pick<ProjectOptions, 'env' | 'trace'> {
  /**
   * The bare repository that both sides reach: any URL or path to which git can push. It must not be the project's own.
   * Connections use git's configuration: credential helpers, ssh, proxies.
   */
  url: string;
  /** Timeout of one transfer, in milliseconds. @default 1_800_000 */
  timeoutMs?: number;
}

/** Options of {@link ownerExchange}. */
export interface OwnerExchangeOptions extends ExchangeOptions {
  /** Distinguishes the owners that use the same exchange: letters, digits, `-` and `_`. */
  owner: string;
  /** As for {@link directoryProject}. */
  objects?: string;
}

/** Options of {@link workerExchange}. */
export interface WorkerExchangeOptions extends ExchangeOptions {
  /** The folder of the worker's repositories and sandboxes. No two processes may use the same one at a time. */
  folder: string;
}

const transferTimeoutMs = 1_800_000;

/**
 * Returns the transfer of trees between the project at `path` and workers. Nothing is read before the first call.
 * @throws {TroupeError} USAGE for an owner that is no name
 */
export function ownerExchange(path: string, options: OwnerExchangeOptions): OwnerExchange {
  const { env = process.env, timeoutMs = transferTimeoutMs } = options;
  const root = findRoot(path);
  const objects = options.objects ?? join(resolve(path), '.troupe', 'objects');
  const given = { ...options, env, timeoutMs, clock: systemClock() };
  const prepare = () =>
    root === null ? openDirectoryRepository(resolve(path), resolve(objects), given) : openGitRepository(root, given);
  return openOwnerExchange({ ...given, prepare });
}

/** Returns a worker's side of the transfer of trees. Nothing is read before the first call. */
export function workerExchange(options: WorkerExchangeOptions): WorkerExchange {
  const { env = process.env, timeoutMs = transferTimeoutMs, folder } = options;
  return openWorkerExchange({ ...options, env, timeoutMs, folder: resolve(folder) });
}

function surroundings({ env = process.env, sandboxes }: ProjectOptions) {
  return { env, sandboxes: sandboxes ?? join(stateDir(env), 'troupe', 'w') };
}
