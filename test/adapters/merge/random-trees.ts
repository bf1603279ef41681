import { type RandomSource, randomCodeLines } from './histories.ts';
import type { FixtureFiles } from './tree-fixture.ts';

/** A tree of a dozen files in three folders, and two sides that edit, add, delete, move and change modes of some. */
export function randomTrees(random: RandomSource): [base: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles] {
  const base: FixtureFiles = {};
  for (let i = 0; i < 12; i++)
    base[`${'abc'[i % 3]}/${i}`] = randomCodeLines(random, 12 + random.below(20), 0.3).join('');
  return [base, changeRandomly(random, base), changeRandomly(random, base)];
}

function changeRandomly(random: RandomSource, base: FixtureFiles): FixtureFiles {
  const leaves: FixtureFiles = { ...base, root: 'stays\n' };
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) {
    const path = random.of(Object.keys(leaves));
    const leaf = leaves[path];
    if (typeof leaf !== 'string') continue;
    const kind = random.below(10);
    if (kind < 4) leaves[path] = editOnce(random, leaf);
    else if (kind < 5) leaves[`new/${random.below(3)}`] = randomCodeLines(random, 5, 0.3).join('');
    else if (kind < 6) leaves[path] = { mode: '100755', content: leaf };
    else {
      delete leaves[path];
      if (kind < 8) leaves[`moved/${random.below(4)}`] = editOnce(random, leaf);
    }
  }
  return leaves;
}

function editOnce(random: RandomSource, text: string): string {
  const lines = text.split(/(?<=\n)/);
  lines.splice(random.below(lines.length), 1, ...randomCodeLines(random, 1 + random.below(2), 0.1));
  return lines.join('');
}
