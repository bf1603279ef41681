/** Looks at what happens in the user's checkouts while an agent works, as far as the system shows it. */
export interface CheckoutWatch {
  /** Starts to look at the programs with this marker. `roots`: folders of checkouts. */
  watch(processTag: string, roots: readonly string[]): Promise<ProgramWatch>;
  /** Those of the files (absolute paths) that Troupe itself writes: its output, its store, its logs. */
  ownFiles(paths: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface ProgramWatch {
  /** The folders, each under every path that a program may use for it. */
  roots: readonly (readonly string[])[];
  /** By absolute path of a changed file: what shows that one of the programs changed it. Files without such a sign are absent. */
  evidence(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Whether one of the programs worked in the folder or below it. */
  workedIn(root: string): boolean;
  stop(): void;
}
