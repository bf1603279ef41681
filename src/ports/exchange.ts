import type { PublishedTree } from '../model/published-tree.ts';
import type { Project } from './project.ts';

/** Which tree of which work. */
export interface TreeName {
  /** The key of the work, any text. Its trees are removed together. */
  key: string;
  /** What the tree is, unique within the work: letters, digits, `-` and `_`, such as `base` or `result-2`. */
  part: string;
}

/**
 * The owner's side of the transfer of trees between the machine that owns the store and workers. Each side publishes what the
 * other one fetches; only objects that the other side lacks travel. Calls may run concurrently: those that wait at the
 * same time share one connection.
 */
export interface OwnerExchange {
  /**
   * Publishes a tree of the project under its name, in place of what has that name. Publishing again after a crash is
   * harmless. Until the promise resolves, a worker sees either the whole tree or none.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached or refuses it; USAGE for a part that is no name
   */
  publish(name: TreeName, tree: string): Promise<PublishedTree>;
  /**
   * Returns the filters of the owner's git through which files of a tree go, such as `lfs`. They run on no worker: it would see the
   * stored content, and what it changed would not be filtered. `tree` is called when git has filters.
   */
  filters(tree: () => Promise<string>): Promise<string[]>;
  /**
   * Adds a worker's tree to the objects of the project and returns it. Pin it like any other tree.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached (`retriable`), or does not have the tree
   * because it was removed or replaced (not `retriable`)
   */
  fetch(published: PublishedTree): Promise<string>;
  /**
   * Removes all trees of these works, also those that workers published. Works without trees are no error.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached or refuses it
   */
  remove(keys: readonly string[]): Promise<void>;
  /**
   * Removes what dead work left, and returns the names of the removed refs: trees of this owner whose work is not in
   * `live`, and trees of all other owners that were published more than `days` days ago.
   * @default days trees of other owners stay
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached or refuses it
   */
  gc(options: { live: readonly string[]; days?: number }): Promise<string[]>;
  /** Waits for running calls; later ones throw SYSTEM_CLOSED. */
  close(): Promise<void>;
}

/** The side of a worker, which has no project of its own: fetched trees go to private repositories. */
export interface WorkerExchange {
  /**
   * Returns the worker's repository for trees like this one: of the same kind, hash and rules for ignored files.
   * @throws {TroupeError} GIT_FAILED, and errors of the disk
   */
  open(published: PublishedTree): Promise<WorkerRepository>;
  /** Waits for running calls, and closes the repositories. */
  close(): Promise<void>;
}

/** A worker's objects and sandboxes. */
export interface WorkerRepository {
  /** Adds a published tree to the objects of `project`. @throws {TroupeError} as {@link OwnerExchange.fetch} */
  fetch(published: PublishedTree): Promise<void>;
  /**
   * Publishes a tree of `project` as part of the work to which `base`, the fetched tree it started from, belongs.
   * @throws {TroupeError} as {@link OwnerExchange.publish}
   */
  publish(base: PublishedTree, part: string, tree: string): Promise<PublishedTree>;
  /**
   * Opens, sets up, captures and removes sandboxes. A sandbox opened with the `tree` of a fetched base has the
   * HEAD it would have on the owner's machine. There is no checkout from which files could be copied or linked.
   */
  project: SandboxProject;
}

/** What a worker uses of a project. */
export type SandboxProject = Pick<
  Project,
  | 'openSandbox'
  | 'materialize'
  | 'provision'
  | 'markProvisioned'
  | 'filesOf'
  | 'sandbox'
  | 'capture'
  | 'restore'
  | 'removeSandbox'
  | 'sandboxes'
  | 'inventory'
  | 'removeLeftovers'
  | 'spaceFree'
  | 'changes'
  | 'files'
  | 'read'
  | 'size'
>;
