/** A tree as lines, with the branches drawn. */
export function branches<Node>(
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
