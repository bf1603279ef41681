/** Parts of a result marked to be applied without the rest. */

export interface MarkedParts {
  /** The result of these parts. */
  tree: string;
  /** As `plan apply --only` names them: hunks, and files without hunks. */
  parts: ReadonlySet<string>;
}

/** Marks all of these; unmarks them when all were marked. null when nothing is marked any more. */
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
