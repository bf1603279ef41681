import type { ChangeSet } from '../model/change.ts';
import type { AdjacentValues, Conflict, Resolution } from '../model/conflict.ts';
import type { SandboxRef } from '../model/effects.ts';
import type { ApplyTarget } from '../model/target.ts';
import type { TargetCheckout } from '../model/target-checkout.ts';
import type { Files } from './files.ts';

/** Where a project stands: what a plan is based on. */
export interface ProjectHead {
  root: string;
  kind: 'git' | 'directory';
  commit: string;
  tree: string;
  branch: string | null;
}

/** What must not move while a plan runs: the user's own checkout. Compared as a whole; `files` names what differs. */
export interface Fingerprint {
  head: string;
  index: string;
  /** path → state of every file that differs from HEAD, with its content hash. */
  status: Record<string, string>;
}

/**
 * What a sandbox is made of: files in a folder, or a tree in git and no folder until somebody needs one. A tree costs
 * next to nothing and serves whoever works through tools; no program can run in it.
 */
export type SandboxKind = 'folder' | 'tree';

/** A sandbox as it lies about. Half of one, a folder or a registration, is what a crash or somebody's broom leaves. */
export interface SandboxInfo {
  /** null when its registration is gone: only that says whose it was. */
  key: string | null;
  path: string;
  folder: boolean;
  registered: boolean;
  bytes: number;
  /** When the newest of its files changed, in milliseconds since the epoch; 0 without a folder. */
  changedMs: number;
}

/** How a sandbox's folder is laid out. */
export interface CheckoutOptions {
  /** Only these folders and the files at the top, or as the user's checkout has it. @default all of them */
  sparse?: 'inherit' | readonly string[];
  /** Files of submodules as well, as far as the user's checkout has them. @default false */
  submodules?: boolean;
  /** Large files in place of their pointers, where git-lfs is installed. @default false */
  lfs?: boolean;
  /** No repository to those who look from inside. @default false */
  copy?: boolean;
}

export interface Submodule {
  path: string;
  checkedOut: boolean;
}

/** A sandbox's folder as programs find it. */
export interface ProvisionedSandbox {
  path: string;
  /** TCP ports that no other sandbox has, both ends included. */
  ports: { start: number; end: number };
  /** Whether it was set up to the end before. */
  ready: boolean;
}

export interface RefInfo {
  /** Below `refs/troupe/`. */
  name: string;
  oid: string;
  /** When it was set, at the latest; null when nobody can tell. */
  changedMs: number | null;
}

export interface ProjectInventory {
  sandboxes: SandboxInfo[];
  refs: RefInfo[];
  /** Folders that nobody needs, left by a process that died; all of their files are captured. */
  leftovers: { path: string; bytes: number }[];
}

export type TreeMerge = {
  /** Path → what decided. */
  engines: Record<string, string>;
  /** Path → small maps in which each side changed other values. @default none */
  adjacent?: Record<string, AdjacentValues[]>;
} & (
  | { clean: true; treeOid: string }
  /** `treeOid` holds what merged, with markers in the conflicted text files. */
  | { clean: false; treeOid: string; conflicts: Conflict[] }
);

/** One place where two sides contradict each other, in words. */
export interface HunkText {
  base: string;
  ours: string;
  theirs: string;
}

export interface ConflictText {
  /** With what is settled, and what is not between markers; null when it is not text. */
  content: Buffer | null;
  hunks: HunkText[];
}

export type ApplyResult =
  /** `at` is where the target stands now, for what lands next; absent where the last of the commits says it. */
  | {
      outcome: 'applied';
      commits: string[];
      files: string[];
      head?: string;
      /** Files in the checkout with changes of the user's, which are as they were; absent where there are none. */
      uncommitted?: string[];
    }
  /** The target is no longer where the result was made from; nothing was changed. */
  | { outcome: 'moved'; commit: string; tree: string };

/** What is applied, and to what. */
export interface ApplyInput {
  base: string;
  tree: string;
  target: ApplyTarget;
  /** The checkouts it is meant for, by alias. @default the project's own, whatever is checked out there */
  places?: Readonly<Record<string, TargetCheckout>>;
}

/** What applying would find, without applying. */
export interface TargetCheck {
  /** Where the target has moved to since; null when it is where the result was made from, or there is nothing to move. */
  moved: { commit: string; tree: string } | null;
  /** Files in the checkout with changes of the user's, which would stay as they are; absent where there are none. */
  uncommitted?: string[];
}

/**
 * One project: its trees, its sandboxes, its user's checkout. Everything is idempotent by key: asking again after a
 * crash finds what is done. Nothing but `apply` ever touches the user's checkout, index, HEAD or branches.
 * Tree and blob ids are git object ids; a directory without git keeps its objects in a private repository of ours.
 */
export interface Project {
  readonly root: string;
  readonly kind: 'git' | 'directory';
  /** The projects plans may link, by alias, this one first; absent where there is only this one. */
  readonly linked?: ReadonlyMap<string, Project>;
  /**
   * Where a plan may start: at `ref`, or where the checkout stands. With `fetch` the remote is asked first, and without a
   * `ref` it is where the branch it follows stands. `from` is another checkout of the repository to look from.
   * @throws {TroupeError} NO_COMMITS, NOT_A_PROJECT, USAGE (unknown ref, nothing to fetch from), GIT_FAILED (not reached)
   */
  head(ref?: string, options?: { fetch?: boolean; from?: string }): Promise<ProjectHead>;
  fingerprint(): Promise<Fingerprint>;
  /** Those of the paths, named as the fingerprint names them, that the user's checkout has as the tree `to`, and `from` has not. */
  matchingPaths(options: { from: string; to: string; paths: readonly string[] }): Promise<string[]>;
  /** How far landings came, by whatever process: equal when none came further, and whether one is under way. */
  applyState(): Promise<{ markers: string; inProgress: boolean }>;
  /** Bytes free where sandboxes live. @throws {TroupeError} READ_ONLY when no sandbox can be made there */
  spaceFree(): Promise<number>;

  /**
   * A sandbox whose files are exactly `tree`; an existing one of that key is reset to it, and stays laid out as it was
   * unless told otherwise. @default kind folder
   */
  openSandbox(options: {
    key: string;
    tree: string;
    kind?: SandboxKind;
    checkout?: CheckoutOptions;
  }): Promise<SandboxRef>;
  /** The sandbox with its folder, which is made with the files as they stand where there is none yet. @throws {TroupeError} SANDBOX_LOST */
  materialize(key: string): Promise<SandboxRef>;
  /**
   * The sandbox's folder with what programs need beside its files: copies of ignored files of the user's checkout
   * (patterns as in `.gitignore`), links to what is there, ports. None of it is ever captured. @throws {TroupeError} SANDBOX_LOST
   */
  provision(options: { key: string; include: readonly string[]; link: readonly string[] }): Promise<ProvisionedSandbox>;
  /** Which of these links and patterns name nothing that `equip` could link to or copy from the user's checkout. */
  findMissing(options: {
    include: readonly string[];
    link: readonly string[];
  }): Promise<{ include: string[]; link: string[] }>;
  /** Paths of the project's submodules, and whether the user's checkout has their files. */
  submodules(): Promise<Submodule[]>;
  /**
   * Notes that the sandbox is set up; `equip` says so from then on, until it is removed. With the tree from `before` the
   * set-up, files that it made stay, and are not captured as long as they are as it made them; those of the tree are put back.
   */
  markProvisioned(key: string, before?: string): Promise<void>;
  /** The sandbox's files for tools, whatever it is made of. */
  filesOf(key: string): Files;
  /** The sandbox of that key as it stands. @throws {TroupeError} SANDBOX_LOST */
  sandbox(key: string): Promise<SandboxRef>;
  /** The sandbox's files, untracked ones included, as a tree, pinned under `refs/troupe/<pin>` when given. */
  capture(options: { key: string; pin?: string }): Promise<{ tree: string; ref: string | null }>;
  /** Makes the sandbox's files exactly `tree` again; files made later are gone. */
  restore(options: { key: string; tree: string }): Promise<void>;
  /**
   * Captures under `refs/troupe/<pin>` first, then removes directory and registration: both or neither. What a crash left
   * of the two is removed; where there is neither, it is done already.
   */
  removeSandbox(options: { key: string; pin: string }): Promise<void>;
  sandboxes(): Promise<SandboxRef[]>;

  /** Everything of ours that lies about, sandboxes whole and half, and refs. */
  inventory(): Promise<ProjectInventory>;
  /** Removes a leftover folder, or what is left of half a sandbox, after what is in its folder was captured below `refs/troupe/lost`. */
  removeLeftovers(path: string): Promise<void>;
  /** Bytes on disk of what refs below `refs/troupe/` hold and the objects `without` do not. */
  measureRefs(names: readonly string[], without: readonly string[]): Promise<number>;

  /** Keeps an object from being collected. */
  pin(name: string, oid: string): Promise<void>;
  unpin(name: string): Promise<void>;
  /** Many at once: all or none. */
  unpinAll(names: readonly string[]): Promise<void>;
  /** Those of the objects that are here. */
  filterExisting(oids: readonly string[]): Promise<string[]>;
  /** A git pack of what `tips` reach and `without` does not. */
  pack(options: { tips: readonly string[]; without: readonly string[] }): AsyncIterable<Buffer>;
  /** Takes a pack in and sets refs below `refs/troupe/` to what it brought: whole or not at all. */
  unpack(pack: AsyncIterable<Buffer>, refs: readonly { name: string; oid: string }[]): Promise<void>;
  changes(options: { alias: string; from: string; to: string }): Promise<ChangeSet>;
  /** Unified diff as text, or a stat. */
  diff(options: { from: string; to: string; stat?: boolean; paths?: string[] }): Promise<string>;
  files(tree: string): Promise<string[]>;
  /** Bytes of the files of a tree, as a sandbox holds them. */
  size(tree: string): Promise<number>;
  read(tree: string, path: string): Promise<Buffer | null>;
  /** @throws {TroupeError} GIT_FAILED when there is no such object */
  blob(oid: string): Promise<Buffer>;
  writeBlob(content: Buffer): Promise<string>;
  /** A tree with the given paths replaced; oid null deletes. */
  writeTree(base: string, edits: { path: string; oid: string | null; mode?: string }[]): Promise<string>;
  mergeTrees(options: {
    base: string;
    ours: string;
    theirs: string;
    alias: string;
    theirsPlanId: string;
  }): Promise<TreeMerge>;
  /**
   * Brings in as many children, from the first on, as touched nothing that ours or another of them touched, without
   * merging: `folded` of them are in the tree.
   */
  mergeDisjoint(options: {
    ours: string;
    children: readonly { base: string; theirs: string }[];
  }): Promise<{ treeOid: string; folded: number }>;
  /** The file of a conflict as it stands now, and what its hunks say. */
  inspectConflict(conflict: Conflict): Promise<ConflictText>;
  /** Why the file of a conflict, as it is in a tree, is not settled; null when it is. */
  unresolvedReason(options: { conflict: Conflict; tree: string }): Promise<string | null>;
  /** The merged tree with one conflict, or one hunk of it, settled. @throws {TroupeError} UNKNOWN_CONFLICT */
  resolve(options: { tree: string; conflict: Conflict; resolution: Resolution }): Promise<string>;

  /**
   * Lands `tree` as one commit on top of `base`. Compare-and-swap: a target that is not at `base` is `moved`.
   * Safe to ask again with the same key after a crash: it lands once.
   * `signal` ends hooks and signing; what it comes too late for is brought to its end. They carry `processTag`, so that
   * those of a process that died are found and ended before they run again. @default processTag the key
   * @throws {TroupeError} DIRTY_CHECKOUT, HOOK_REFUSED, HOOK_TIMED_OUT, DETACHED_HEAD, TARGET_CHANGED, CANCELLED (by the signal)
   */
  apply(
    options: ApplyInput & { key: string; message: string; signal?: AbortSignal; processTag?: string },
  ): Promise<ApplyResult>;
  /**
   * What `apply` would find now; changes nothing.
   * @throws {TroupeError} as `apply` would throw: DIRTY_CHECKOUT, DETACHED_HEAD, TARGET_CHANGED, USAGE, FILE_NOT_FOUND
   */
  checkTarget(options: ApplyInput): Promise<TargetCheck>;
  close(): Promise<void>;
}
