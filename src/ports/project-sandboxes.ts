import type { SandboxRef } from '../model/effects.ts';
import type { Files } from './files.ts';
import type { ProjectInventory } from './project-inventory.ts';

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

/** A submodule of the project, and whether your checkout has its files. */
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

/** The sandboxes of a project, and what a crash left of them. A key names a sandbox, also across processes. */
export interface ProjectSandboxes {
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
}
