import type { ApplyTarget } from '../model/target.ts';
import type { TargetCheckout } from '../model/target-checkout.ts';
import type { ProjectMerges } from './project-merges.ts';
import type { ProjectPins } from './project-pins.ts';
import type { ProjectSandboxes } from './project-sandboxes.ts';
import type { ProjectTrees } from './project-trees.ts';

/** The commit, tree and branch that a plan is based on. */
export interface ProjectHead {
  root: string;
  kind: 'git' | 'directory';
  commit: string;
  tree: string;
  branch: string | null;
}

/** HEAD, index and status of the checkout, compared to detect changes: as a whole; `files` names the differences. */
export interface Fingerprint {
  head: string;
  index: string;
  /** Path → state of every file that differs from HEAD, with its content hash. */
  status: Record<string, string>;
}

/** The result of applying a tree. */
export type ApplyResult =
  /** `at` is the current target, as the base of the next apply; absent when it equals the last commit. */
  | {
      outcome: 'applied';
      commits: string[];
      files: string[];
      head?: string;
      /** Files in the checkout with your uncommitted changes, which are unchanged; absent when there are none. */
      uncommitted?: string[];
    }
  /** The target moved since the base; nothing was changed. */
  | { outcome: 'moved'; commit: string; tree: string };

/** The tree to apply, its base, and the target. */
export interface ApplyInput {
  base: string;
  tree: string;
  target: ApplyTarget;
  /** The target checkouts, by alias. @default the project's own checkout, whatever is checked out there */
  places?: Readonly<Record<string, TargetCheckout>>;
}

/** What applying would find, without applying. */
export interface TargetCheck {
  /** The target's commit when it is not the base of the result; null when it is, or when the target cannot move. */
  moved: { commit: string; tree: string } | null;
  /** Files in the checkout with your uncommitted changes, which would stay unchanged; absent when there are none. */
  uncommitted?: string[];
}

/** Where the objects and sandboxes of a project are. */
export interface ProjectPlace {
  /** Identifies the repository: a clone has another one, and the same repository on a shared disk does not. */
  id: string;
  host: string;
  /** The folder of the project there. */
  root: string;
}

/**
 * The git repository or plain directory that a plan works on: its trees, its sandboxes, your checkout. Every operation is
 * idempotent by key: calling it again after a crash finds the work that was done. Only `apply` changes your checkout, index, HEAD or branches. Tree and blob
 * ids are git object ids; a directory without git stores its objects in a private repository.
 */
export interface Project extends ProjectSandboxes, ProjectPins, ProjectTrees, ProjectMerges {
  readonly root: string;
  readonly kind: 'git' | 'directory';
  /** The projects that plans may combine, by alias, this one first; absent for a single project. */
  readonly linked?: ReadonlyMap<string, Project>;
  /** Returns where this repository is. @default unknown: all processes of a store are taken to have the same repository */
  place?(): Promise<ProjectPlace>;
  /**
   * Resolves the start of a plan: `ref`, or the commit that is checked out. With `fetch`, fetches from the remote
   * first and, without `ref`, uses the upstream branch. `from` is another checkout of the same repository to start
   * from.
   * @throws {TroupeError} NO_COMMITS, NOT_A_PROJECT, USAGE (unknown ref, no remote), GIT_FAILED (remote not
   * reachable)
   */
  head(ref?: string, options?: { fetch?: boolean; from?: string }): Promise<ProjectHead>;
  fingerprint(): Promise<Fingerprint>;
  /**
   * Returns those of the paths (named as in the fingerprint) whose state in your checkout equals the tree `to` and
   * not `from`.
   */
  matchingPaths(options: { from: string; to: string; paths: readonly string[] }): Promise<string[]>;
  /** Reports how far applies have come, in any process: `markers` is equal when no apply made progress. */
  applyState(): Promise<{ markers: string; inProgress: boolean }>;
  /**
   * Applies `tree` as one commit on top of `base`. Compare-and-swap: returns `moved` when the target is not at
   * `base`. Safe to repeat with the same key after a crash: it applies once. `signal` stops hooks and signing; a step
   * that it reaches too late is completed. Hooks carry `processTag`, so that those of a crashed process are found and
   * stopped before they run again.
   * @default processTag the key
   * @throws {TroupeError} DIRTY_CHECKOUT, HOOK_REFUSED, HOOK_TIMED_OUT, DETACHED_HEAD, TARGET_CHANGED, CANCELLED (by
   * the signal)
   */
  apply(
    options: ApplyInput & { key: string; message: string; signal?: AbortSignal; processTag?: string },
  ): Promise<ApplyResult>;
  /**
   * Reports what `apply` would find now, without changes.
   * @throws {TroupeError} as `apply` would throw: DIRTY_CHECKOUT, DETACHED_HEAD, TARGET_CHANGED, USAGE,
   * FILE_NOT_FOUND
   */
  checkTarget(options: ApplyInput): Promise<TargetCheck>;
  close(): Promise<void>;
}
