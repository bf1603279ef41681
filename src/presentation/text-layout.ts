type TableRow = readonly [left: string, right: string];

/** Formats a tree as lines, with drawn branches. */
export function treeLines<Node>(
  root: Node,
  childrenOf: (node: Node) => readonly Node[],
  labelOf: (node: Node) => string,
): string[] {
  const below = (node: Node, indent: string): string[] =>
    childrenOf(node).flatMap((child, index, all) => {
      const last = index === all.length - 1;
      return [`${indent}${last ? '└─ ' : '├─ '}${labelOf(child)}`, ...below(child, `${indent}${last ? '   ' : '│  '}`)];
    });
  return [labelOf(root), ...below(root, '')];
}

/** Formats rows with an aligned second column. */
export function formatTable(rows: readonly TableRow[]): string[] {
  const width = Math.min(60, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`,
  );
}
