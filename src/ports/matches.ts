/** Whether a path of the project, `/`-separated and relative, matches one of the globs. A folder's name covers what is in it. */
export type Matches = (patterns: readonly string[], path: string) => boolean;
