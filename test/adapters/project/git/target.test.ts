import { expect, test } from 'vitest';
import { openGitRepository } from '../../../../src/adapters/project/git/repository.ts';
import { findTarget, requireCommit } from '../../../../src/adapters/project/git/target.ts';
import { gitEnvironment, withGitFixture } from './git-fixture.ts';

test(
  'The checkout is the target while one of the branches is checked out that it had when the plan was made',
  withGitFixture(async ({ root, home, git }) => {
    const ground = await openGitRepository(root, { env: gitEnvironment(home) });
    const commit = await git('rev-parse', 'HEAD');
    const checkout = { kind: 'checkout' } as const;
    const found = { ref: 'refs/heads/main', commit, checkedOutAt: null };
    expect(await findTarget(ground, checkout)).toEqual(found);
    expect(await findTarget(ground, checkout, { root, branches: ['other', 'main'] })).toEqual(found);
    for (const branches of [['other'], []]) {
      const error = { code: 'TARGET_CHANGED', details: { meant: { root, branch: branches[0] ?? null } } };
      await expect(findTarget(ground, checkout, { root, branches })).rejects.toMatchObject(error);
    }
    await git('switch', '--quiet', '--detach');
    await expect(findTarget(ground, checkout)).rejects.toMatchObject({ code: 'DETACHED_HEAD', where: root });
    await ground.database.close();
  }),
);

test(
  'A commit that the repository has lost is reported',
  withGitFixture(async ({ root, home, git }) => {
    const ground = await openGitRepository(root, { env: gitEnvironment(home) });
    const commit = await git('rev-parse', 'HEAD');
    expect(await requireCommit(ground, commit)).toBe(commit);
    const lost = '0'.repeat(40);
    const error = { code: 'GIT_FAILED', where: lost, hints: [`git cat-file -t ${lost}`], retriable: false };
    await expect(requireCommit(ground, lost)).rejects.toMatchObject(error);
    await ground.database.close();
  }),
);
