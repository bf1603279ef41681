import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApplyMarkers } from '../../../../src/adapters/project/git/apply-markers.ts';
import { openGitRepository } from '../../../../src/adapters/project/git/repository.ts';
import { gitEnvironment, withGitFixture } from './git-fixture.ts';

const refPrefix = 'refs/troupe/apply';

test(
  'Markers of an apply are the same loose and packed, and change with each step',
  withGitFixture(async ({ root, home, git }) => {
    const marks = openApplyMarkers(await openGitRepository(root, { env: gitEnvironment(home) }));
    expect(await marks()).toEqual({ markers: '', inProgress: false });
    const [head, tree] = (await git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n') as [string, string];
    await git('update-ref', `${refPrefix}/one/made`, head);
    const made = await marks();
    await git('update-ref', `${refPrefix}/one/moving`, head);
    const moving = await marks();
    expect([made.inProgress, moving.inProgress]).toEqual([false, true]);
    await mkdir(join(root, '.git', refPrefix, 'two'));
    await writeFile(join(root, '.git', refPrefix, 'two/made.lock'), '');
    await git('pack-refs', '--all', '--no-prune');
    expect(await marks()).toEqual(moving);
    await git('pack-refs', '--all');
    expect(await marks()).toEqual(moving);
    await git('update-ref', '-d', `${refPrefix}/one/moving`);
    expect(await marks()).toEqual(made);
    // Created again for another result, which is a new state too.
    await git('update-ref', `${refPrefix}/one/made`, tree);
    const again = await marks();
    await git('update-ref', `${refPrefix}/one/done`, head);
    const done = await marks();
    await git('pack-refs', '--all');
    expect(await marks()).toEqual(done);
    await rm(join(root, '.git', refPrefix, 'two'), { recursive: true });
    await git('update-ref', `${refPrefix}/two/done`, head);
    const all = [made, moving, again, done, await marks()].map(found => found.markers);
    expect(new Set(all).size).toBe(all.length);
  }),
);

test(
  'Markers are read by git if refs are not stored in files',
  withGitFixture(async ({ root, home, git }) => {
    const asked: string[] = [];
    const ground = await openGitRepository(root, {
      env: gitEnvironment(home),
      trace: words => void asked.push(String(words[0])),
    });
    const marks = openApplyMarkers(ground);
    await git('update-ref', `${refPrefix}/one/moving`, 'HEAD');
    expect(asked).not.toContain('for-each-ref');
    await mkdir(join(root, '.git/reftable'));
    expect(await marks()).toMatchObject({
      markers: expect.stringContaining(`${refPrefix}/one/moving`),
      inProgress: true,
    });
    expect(asked).toContain('for-each-ref');
  }),
);
