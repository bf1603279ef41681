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
 * Transfers trees between the machine that owns the store and workers. Both sides publish what the other one fetches;
 * only objects that the other side lacks travel. Calls may run concurrently: those that wait for the network at the
 * same time share one connection.
 */
export interface Exchange {
  /**
   * Publishes a tree of this side's project under its name, in place of what has that name. Publishing again after a crash
   * is harmless: until the returned promise resolves, the other side sees either the whole tree or none.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached or refuses it; USAGE for a part that is no name
   */
  publish(name: TreeName, tree: string): Promise<PublishedTree>;
  /**
   * Adds a published tree to this side's project; afterwards its `tree` can be used in every call of the project.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached (`retriable`), or does not have the tree
   * because it was removed or replaced (not `retriable`)
   */
  fetch(published: PublishedTree): Promise<void>;
  /** Finishes what was started, and closes what is open. */
  close(): Promise<void>;
}

/** The owner's side, which also removes what is not needed any more, whichever side published it. */
export interface OwnerExchange extends Exchange {
  /**
   * Removes all trees of these works. Works without trees are no error.
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached
   */
  remove(keys: readonly string[]): Promise<void>;
  /**
   * Removes what dead work left and returns the refs: trees of this owner whose work is not in `live`, and trees of
   * other owners that are older than `olderThanMs`.
   * @default olderThanMs trees of other owners stay
   * @throws {TroupeError} GIT_FAILED when the exchange cannot be reached
   */
  gc(options: { live: readonly string[]; olderThanMs?: number }): Promise<string[]>;
}

/** The side of a worker, which has no project of its own: fetched trees go to a private repository. */
export interface WorkerExchange {
  /**
   * Returns the worker's exchange and project for trees of that kind and hash, always the same ones. The project has
   * what a sandbox needs; it has no checkout, so nothing can be copied or linked from one, nor applied to one.
   */
  side(published: Pick<PublishedTree, 'kind' | 'commit'>): Promise<WorkerSide>;
  close(): Promise<void>;
}

export interface WorkerSide {
  /** Its `publish` needs the base of the work, so that only changes travel. */
  exchange: Pick<Exchange, 'fetch'> & {
    /** Like {@link Exchange.publish}. `base` is the fetched tree on which the work started; its owner gets the tree. */
    publish(base: PublishedTree, part: string, tree: string): Promise<PublishedTree>;
  };
  /**
   * Opens, sets up, captures and removes the worker's sandboxes. Open one with the `tree` of a fetched base: its HEAD is
   * then the same commit as in a sandbox of the owner.
   */
  project: Project;
}
