import { expect, test } from 'vitest';
import type { Git } from '../../../../src/adapters/project/git/git.ts';
import { createSizeOfTree } from '../../../../src/adapters/project/git/trees.ts';

test('The sizes of the last 32 trees are remembered, without links and submodules', async () => {
  const asked: string[] = [];
  const git: Pick<Git, 'fields'> = {
    async fields(words) {
      asked.push(String(words.at(-1)));
      return ['100644 blob aa      5\ta', '100755 blob bb     70\tb c', '160000 commit cc       -\td'];
    },
  };
  const sizeOf = createSizeOfTree(git);
  const trees = Array.from({ length: 33 }, (_, index) => `tree ${index}`);
  for (const tree of trees) expect(await sizeOf(tree)).toBe(75);
  expect(await sizeOf('tree 1')).toBe(75);
  expect(asked).toEqual(trees);
  await sizeOf('tree 0');
  expect(asked).toEqual([...trees, 'tree 0']);
});
