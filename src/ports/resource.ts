/** The content of one resource file on three sides; null where a side has none. */
export interface ResourceSides {
  path: string;
  base: Buffer | null;
  ours: Buffer;
  theirs: Buffer;
}

/** An item of a resource that both sides changed: a row, a record. */
export interface ResourceConflict {
  /** Identifies the item within its file, the same each time: `people 3`. */
  key: string;
  /** The item on each side, as text. */
  base: string;
  ours: string;
  theirs: string;
}

/**
 * A file, or set of files, that does not merge as text: a database, an index, a model. It merges itself, or declares
 * that it cannot: subplans that may touch it then run one after the other, each on the result of the one before.
 */
export interface Resource {
  /** Its name in records and messages. */
  name: string;
  /** Globs of its files. */
  paths: readonly string[];
  /**
   * Merges the sides, with a chosen side for each resolved key and ours for unresolved ones. Must decide the same
   * when called again.
   * @throws any error when it cannot merge: the file as a whole is then in conflict
   */
  merge:
    | ((
        sides: ResourceSides,
        resolved: Readonly<Record<string, 'ours' | 'theirs' | 'base'>>,
      ) => Promise<{ content: Buffer; conflicts: ResourceConflict[] }>)
    | null;
}
