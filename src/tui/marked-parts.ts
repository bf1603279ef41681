/** Parts of a result that a person picked, to land them without the rest. */

export interface MarkedParts {
  /** The result they are parts of. */
  tree: string;
  /** As `plan apply --only` names them: hunks, and files that have none. */
  parts: ReadonlySet<string>;
}

/** All of these marked; none of them when all were. null when nothing is marked any more. */
export function toggleParts(marks: MarkedParts | null, tree: string, leaves: readonly string[]): MarkedParts | null {
  const parts = new Set(marks?.tree === tree ? marks.parts : []);
  const isOff = leaves.every(leaf => parts.has(leaf));
  for (const leaf of leaves) isOff ? parts.delete(leaf) : parts.add(leaf);
  return parts.size === 0 ? null : { tree, parts };
}

/** `[x]` when all of these are marked, `[ ]` when none is, `[-]` when some are. */
export function checkbox(marks: MarkedParts, leaves: readonly string[]): string {
  const marked = leaves.filter(leaf => marks.parts.has(leaf)).length;
  return marked === 0 ? '[ ]' : marked === leaves.length ? '[x]' : '[-]';
}
