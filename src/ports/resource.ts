/** What three sides hold of one resource file; null where a side has none. */
export interface ResourceSides {
  path: string;
  base: Buffer | null;
  ours: Buffer;
  theirs: Buffer;
}

/** One thing inside a resource that both sides changed: a row, a record. */
export interface ResourceConflict {
  /** Names it among the others of its file, the same each time: `people 3`. */
  key: string;
  /** What each side has there, in words. */
  base: string;
  ours: string;
  theirs: string;
}

/**
 * Something in a project that does not merge as a text does: a database, an index, a model. It says how it merges, or
 * that it cannot: subplans that may touch it then run one after the other, each on the result of the one before.
 */
export interface Resource {
  /** As it is recorded and named in messages. */
  name: string;
  /** Globs of the files it is kept in. */
  paths: readonly string[];
  /**
   * Merges, with a side for each key that was settled; of one that was not, ours. Decides the same when asked again.
   * @throws anything where it cannot tell: then the file as a whole is in conflict
   */
  merge:
    | ((
        sides: ResourceSides,
        resolved: Readonly<Record<string, 'ours' | 'theirs' | 'base'>>,
      ) => Promise<{ content: Buffer; conflicts: ResourceConflict[] }>)
    | null;
}
