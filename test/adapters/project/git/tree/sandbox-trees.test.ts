import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGitRepository } from '../../../../../src/adapters/project/git/repository.ts';
import { createOverlay } from '../../../../../src/adapters/project/git/tree/overlay.ts';
import { openSandboxTrees } from '../../../../../src/adapters/project/git/tree/sandbox-trees.ts';
import { gitEnvironment, withGitFixture } from '../git-fixture.ts';

test(
  'A sandbox that is a tree has a record from its first capture to its removal',
  withGitFixture(async ({ root, home, git }) => {
    const ground = await openGitRepository(root, { env: gitEnvironment(home) });
    const trees = openSandboxTrees(ground, ground.database);
    const tree = await git('rev-parse', 'HEAD^{tree}');
    await mkdir(join(ground.commonDir, 'troupe-trees', 'folder'), { recursive: true });
    expect(await trees.list()).toEqual([]);
    expect(await trees.overlay('k')).toBeNull();
    const overlay = createOverlay(ground.database, tree);
    expect(await trees.capture('k', overlay)).toBe(tree);
    expect(await trees.record('k')).toMatchObject({ key: 'k', tree, checkout: {} });
    await overlay.remove(['a.txt']);
    const empty = await trees.capture('k', overlay);
    expect(await trees.record('k')).toMatchObject({ tree: empty });
    expect((await trees.list()).map(({ key }) => key)).toEqual(['k']);
    await trees.remove('k');
    expect([await trees.record('k'), await trees.list()]).toEqual([null, []]);
    await ground.database.close();
  }),
);
