import type { ChangeSet } from '../model/change.ts';
import type { AdjacentValues, Conflict, Resolution } from '../model/conflict.ts';
import type { SandboxRef } from '../model/effects.ts';
import type { ApplyTarget } from '../model/target.ts';
import type { TargetCheckout } from '../model/target-checkout.ts';
import type { Files } from './files.ts';
import type { ProjectInventory } from './project-inventory.ts';

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

/**
 * The storage of a sandbox: files in a folder, or a tree in git that gets a folder only when one is needed. A tree
 * costs next to nothing and is enough for agents that work through tools; no program can run in it.
 */
export type SandboxKind = 'folder' | 'tree';

/** How a sandbox's folder is checked out. */
export interface CheckoutOptions {
  /** Only these folders and the files at the top level, or the same as your checkout. @default all folders */
  sparse?: 'inherit' | readonly string[];
  /** Also check out the files of submodules that your checkout has. @default false */
  submodules?: boolean;
  /** Replace LFS pointers by the large files, where git-lfs is installed. @default false */
  lfs?: boolean;
  /** Plain copy of the files: programs inside see no git repository. @default false */
  copy?: boolean;
}

export interface Submodule {
  path: string;
  checkedOut: boolean;
}

/** A sandbox's folder, ready to run programs. */
export interface ProvisionedSandbox {
  path: string;
  /** TCP ports that no other sandbox has, both ends included. */
  ports: { start: number; end: number };
  /** Whether its set-up was completed before. */
  ready: boolean;
}

/** The result of merging trees. */
export type TreeMerge = {
  /** Path → the engine that decided the merge. */
  engines: Record<string, string>;
  /** Path → small maps in which each side changed different values. @default none */
  adjacent?: Record<string, AdjacentValues[]>;
} & (
  | { clean: true; treeOid: string }
  /** `treeOid` holds the merged files, with markers in the text files in conflict. */
  | { clean: false; treeOid: string; conflicts: Conflict[] }
);

/** One hunk in which two sides conflict, as text. */
export interface HunkText {
  base: string;
  ours: string;
  theirs: string;
}

export interface ConflictText {
  /** Resolved hunks with their resolution, the others between markers; null when the file is not text. */
  content: Buffer | null;
  hunks: HunkText[];
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

/**
 * The git repository or plain directory that a plan works on: its trees, its sandboxes, your checkout. Every operation is
 * idempotent by key: calling it again after a crash finds the work that was done. Only `apply` changes your checkout, index, HEAD or branches. Tree and blob
 * ids are git object ids; a directory without git stores its objects in a private repository.
 */
export interface Project {
  readonly root: string;
  readonly kind: 'git' | 'directory';
  /** The projects that plans may combine, by alias, this one first; absent for a single project. */
  readonly linked?: ReadonlyMap<string, Project>;
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
  /** Returns the free bytes where sandboxes are stored. @throws {TroupeError} READ_ONLY when no sandbox can be created there */
  spaceFree(): Promise<number>;

  /**
   * Opens a sandbox with exactly the files of `tree`. An existing one of that key is reset to it and keeps its
   * checkout options unless others are given.
   * @default kind folder
   */
  openSandbox(options: {
    key: string;
    tree: string;
    kind?: SandboxKind;
    checkout?: CheckoutOptions;
  }): Promise<SandboxRef>;
  /**
   * Returns the sandbox with its folder, which is created with the current files where there is none.
   * @throws {TroupeError} SANDBOX_LOST
   */
  materialize(key: string): Promise<SandboxRef>;
  /**
   * Returns the sandbox's folder with what programs need besides its files: copies of ignored files of your checkout
   * (patterns as in `.gitignore`), links to existing files, ports. None of that is ever captured.
   * @throws {TroupeError} SANDBOX_LOST
   */
  provision(options: { key: string; include: readonly string[]; link: readonly string[] }): Promise<ProvisionedSandbox>;
  /**
   * Returns those of the links and patterns that match nothing in your checkout, so that `provision` would have
   * nothing to link or copy.
   */
  findMissing(options: {
    include: readonly string[];
    link: readonly string[];
  }): Promise<{ include: string[]; link: string[] }>;
  /** Returns the paths of the project's submodules, and whether your checkout has their files. */
  submodules(): Promise<Submodule[]>;
  /**
   * Records that the set-up is complete; `provision` then reports `ready` until the sandbox is removed. `before` is
   * the tree from before the set-up: files that the set-up created stay and are not captured while they are
   * unchanged; files of the tree are restored.
   */
  markProvisioned(key: string, before?: string): Promise<void>;
  /** Returns the sandbox's files for tools, whatever its kind. */
  filesOf(key: string): Files;
  /** Returns the sandbox of that key. @throws {TroupeError} SANDBOX_LOST */
  sandbox(key: string): Promise<SandboxRef>;
  /** Captures the sandbox's files, untracked ones included, as a tree, pinned under `refs/troupe/<pin>` when `pin` is given. */
  capture(options: { key: string; pin?: string }): Promise<{ tree: string; ref: string | null }>;
  /** Resets the sandbox's files to exactly `tree`; newer files are removed. */
  restore(options: { key: string; tree: string }): Promise<void>;
  /**
   * Captures the files under `refs/troupe/<pin>`, then removes folder and registration, both or neither. Removes what
   * a crash left of the two; does nothing when neither exists. `pin: null` discards the files.
   */
  removeSandbox(options: { key: string; pin: string | null }): Promise<void>;
  sandboxes(): Promise<SandboxRef[]>;

  /** Lists everything Troupe has in the project: complete and incomplete sandboxes, and refs. */
  inventory(): Promise<ProjectInventory>;
  /**
   * Removes a leftover folder, or the remains of a sandbox, after capturing the files of its folder below
   * `refs/troupe/lost`.
   */
  removeLeftovers(path: string): Promise<void>;
  /** Returns the bytes on disk of what the pins protect and is not reachable from `without`. */
  measureRefs(names: readonly string[], without: readonly string[]): Promise<number>;

  /** Protects an object from git's garbage collection. */
  pin(name: string, oid: string): Promise<void>;
  /** Removes a pin that is not archived. */
  unpin(name: string): Promise<void>;
  /** Removes several pins, archived or not: all or none. */
  unpinAll(names: readonly string[]): Promise<void>;
  /** Returns the names of the pins that are not archived. */
  loosePins(): Promise<string[]>;
  /**
   * Moves pins from refs of their own into one ref that all archived pins share: all or none. Their objects stay
   * protected, and `inventory` lists them.
   * @throws {TroupeError} GIT_FAILED, also when another process archives at the same time
   */
  archivePins(names: readonly string[]): Promise<void>;
  /** Returns those of the objects that exist. */
  filterExisting(oids: readonly string[]): Promise<string[]>;
  /** Returns a git pack of what is reachable from `tips` and not from `without`. */
  pack(options: { tips: readonly string[]; without: readonly string[] }): AsyncIterable<Buffer>;
  /** Imports a pack and sets refs below `refs/troupe/` to its objects: completely or not at all. */
  unpack(pack: AsyncIterable<Buffer>, refs: readonly { name: string; oid: string }[]): Promise<void>;
  changes(options: { alias: string; from: string; to: string }): Promise<ChangeSet>;
  /** Returns a unified diff as text, or a stat. */
  diff(options: { from: string; to: string; stat?: boolean; paths?: string[] }): Promise<string>;
  files(tree: string): Promise<string[]>;
  /** Returns the bytes that the files of a tree take in a sandbox. */
  size(tree: string): Promise<number>;
  read(tree: string, path: string): Promise<Buffer | null>;
  /** Reads a blob. @throws {TroupeError} GIT_FAILED when the object does not exist */
  blob(oid: string): Promise<Buffer>;
  writeBlob(content: Buffer): Promise<string>;
  /** Writes a tree with the given paths replaced; `oid` null deletes a path. */
  writeTree(base: string, edits: { path: string; oid: string | null; mode?: string }[]): Promise<string>;
  mergeTrees(options: {
    base: string;
    ours: string;
    theirs: string;
    alias: string;
    theirsPlanId: string;
  }): Promise<TreeMerge>;
  /**
   * Merges as many children, from the first on, as changed no file that ours or another of them changed, by copying
   * their changes: `folded` of them are in the tree.
   */
  mergeDisjoint(options: {
    ours: string;
    children: readonly { base: string; theirs: string }[];
  }): Promise<{ treeOid: string; folded: number }>;
  /** Returns the file of a conflict in its current state, and the text of its hunks. */
  inspectConflict(conflict: Conflict): Promise<ConflictText>;
  /** Returns why the file of a conflict, as it is in a tree, is not resolved; null when it is. */
  unresolvedReason(options: { conflict: Conflict; tree: string }): Promise<string | null>;
  /** Returns the merged tree with one conflict, or one hunk of it, resolved. @throws {TroupeError} UNKNOWN_CONFLICT */
  resolve(options: { tree: string; conflict: Conflict; resolution: Resolution }): Promise<string>;

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
