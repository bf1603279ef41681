/** Watches changes in your checkouts while an agent works, as far as the operating system shows them. */
export interface CheckoutWatch {
  /** Starts watching the programs with this process tag. `roots`: folders of checkouts. */
  watch(processTag: string, roots: readonly string[]): Promise<ProgramWatch>;
  /** Returns those of the files (absolute paths) that Troupe itself writes: its output, its store, its logs. */
  ownFiles(paths: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface ProgramWatch {
  /** The folders, each with every path that a program may use for it. */
  roots: readonly (readonly string[])[];
  /**
   * Returns, by absolute path of a changed file, the evidence that one of the programs changed it. Files without
   * evidence are absent.
   */
  evidence(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Returns whether one of the programs worked in the folder or below it. */
  workedIn(root: string): boolean;
  stop(): void;
}
