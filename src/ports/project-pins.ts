/** The refs below `refs/troupe/` that protect a project's objects from git's garbage collection, and copies of objects. */
export interface ProjectPins {
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
}
