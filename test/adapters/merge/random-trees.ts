import { codeLines, type Random } from './histories.ts';
import type { Leaves } from './tree-fixture.ts';

/** A tree of a dozen files in three folders, and two sides that edit, add, delete, move and re-mode some of them. */
export function randomTrees(random: Random): [base: Leaves, ours: Leaves, theirs: Leaves] {
  const base: Leaves = {};
  for (let i = 0; i < 12; i++) base[`${'abc'[i % 3]}/${i}`] = codeLines(random, 12 + random.below(20), 0.3).join('');
  return [base, changed(random, base), changed(random, base)];
}

function changed(random: Random, base: Leaves): Leaves {
  const leaves: Leaves = { ...base, root: 'stays\n' };
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) {
    const path = random.of(Object.keys(leaves));
    const leaf = leaves[path];
    if (typeof leaf !== 'string') continue;
    const kind = random.below(10);
    if (kind < 4) leaves[path] = withEdit(random, leaf);
    else if (kind < 5) leaves[`new/${random.below(3)}`] = codeLines(random, 5, 0.3).join('');
    else if (kind < 6) leaves[path] = { mode: '100755', content: leaf };
    else {
      delete leaves[path];
      if (kind < 8) leaves[`moved/${random.below(4)}`] = withEdit(random, leaf);
    }
  }
  return leaves;
}

function withEdit(random: Random, text: string): string {
  const lines = text.split(/(?<=\n)/);
  lines.splice(random.below(lines.length), 1, ...codeLines(random, 1 + random.below(2), 0.1));
  return lines.join('');
}
