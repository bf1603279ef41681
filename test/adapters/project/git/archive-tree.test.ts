import { expect, test } from 'vitest';
import { withGitFixture } from './git-fixture.ts';

const pinsOf = (plan: number) => {
  const group = `01M8A3CNJ0SVCXZH5X8CYH${String(plan).padStart(4, '0')}`;
  return ['begin', 'result', 'work/%2F'].map(name => `plans/${group}/${name}`);
};

test(
  'the trees that git fetch walks do not grow with plans that share files, and git from 2.41 on walks none [R316]',
  withGitFixture(async ({ project: open, git }) => {
    const project = open();
    const walked = async () => (await git('rev-list', '--objects', '--all', '--filter=object:type=tree')).split('\n');
    const { tree } = await project.head();
    await git('config', '--add', 'fetch.hideRefs', 'refs/yours');
    const archive = async (first: number, last: number) => {
      const names = Array.from({ length: last - first }, (_, at) => pinsOf(first + at)).flat();
      for (const name of names) await project.pin(name, tree);
      await project.archivePins(names);
      return names;
    };
    const first = await archive(0, 1);
    const before = (await walked()).length;
    const others = await archive(1, 40);
    expect((await walked()).length).toBe(before);
    expect((await git('config', '--get-all', 'fetch.hideRefs')).split('\n')).toEqual(['refs/yours', 'refs/troupe']);
    // What git fetch asks from 2.41 on; git 2.39 knows the question, but only for another setting.
    const fetch = ['-c', 'receive.hideRefs=refs/troupe', 'rev-list', '--objects', '--exclude-hidden=receive', '--all'];
    expect(await git(...fetch)).toBe(await git('rev-list', '--objects', '--branches'));

    const listed = async () => (await project.inventory()).refs.map(({ name }) => name).sort();
    expect(await listed()).toEqual([...first, ...others].sort());
    await project.unpinAll(others.slice(1));
    expect(await listed()).toEqual([...first, others[0]].sort());
    await git('fsck', '--strict');
    await project.unpinAll([...first, others[0] ?? '']);
    expect(await git('for-each-ref', 'refs/troupe')).toBe('');
  }),
);
