import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groundOfGit } from '../../../src/adapters/git/ground.ts';
import { openLandingMarks } from '../../../src/adapters/git/landing-marks.ts';
import { env, onTrial } from './trial.ts';

const land = 'refs/troupe/land';

test(
  'Marks of landings are the same loose and packed, and differ with each step of one',
  onTrial(async ({ root, home, git }) => {
    const marks = openLandingMarks(await groundOfGit(root, { env: env(home) }));
    expect(await marks()).toEqual({ marks: '', underWay: false });
    const [head, tree] = (await git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n') as [string, string];
    await git('update-ref', `${land}/one/made`, head);
    const made = await marks();
    await git('update-ref', `${land}/one/moving`, head);
    const moving = await marks();
    expect([made.underWay, moving.underWay]).toEqual([false, true]);
    await mkdir(join(root, '.git', land, 'two'));
    await writeFile(join(root, '.git', land, 'two/made.lock'), '');
    await git('pack-refs', '--all', '--no-prune');
    expect(await marks()).toEqual(moving);
    await git('pack-refs', '--all');
    expect(await marks()).toEqual(moving);
    await git('update-ref', '-d', `${land}/one/moving`);
    expect(await marks()).toEqual(made);
    // Made again, of something else: that is further, too.
    await git('update-ref', `${land}/one/made`, tree);
    const again = await marks();
    await git('update-ref', `${land}/one/done`, head);
    const done = await marks();
    await git('pack-refs', '--all');
    expect(await marks()).toEqual(done);
    await rm(join(root, '.git', land, 'two'), { recursive: true });
    await git('update-ref', `${land}/two/done`, head);
    const all = [made, moving, again, done, await marks()].map(found => found.marks);
    expect(new Set(all).size).toBe(all.length);
  }),
);

test(
  'Where refs are not files, git is asked',
  onTrial(async ({ root, home, git }) => {
    const asked: string[] = [];
    const ground = await groundOfGit(root, { env: env(home), trace: words => void asked.push(String(words[0])) });
    const marks = openLandingMarks(ground);
    await git('update-ref', `${land}/one/moving`, 'HEAD');
    expect(asked).not.toContain('for-each-ref');
    await mkdir(join(root, '.git/reftable'));
    expect(await marks()).toMatchObject({ marks: expect.stringContaining(`${land}/one/moving`), underWay: true });
    expect(asked).toContain('for-each-ref');
  }),
);
