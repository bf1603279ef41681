import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { locateProject } from '../../../src/cli/project/project-location.ts';
import { hintLine } from '../../hint-line.ts';
import { createEmptyFolder, createRepository, type TestRepository } from '../test-repository.ts';

describe('the store of a project', () => {
  let project: TestRepository;
  afterEach(() => project.remove());
  const find = (directory: string, store?: string) => locateProject({ directory, store, env: project.env });

  test('is in the common folder of git, from any folder of the repository', async () => {
    project = createRepository({ 'src/deep/a.ts': '' });
    const home = join(project.folder, '.git', 'troupe');
    const place = {
      kind: 'git',
      root: project.folder,
      home,
      shared: home,
      store: join(home, 'store'),
      owner: join(home, 'owner.json'),
      logs: join(home, 'logs'),
      backgroundLog: join(home, 'background.log'),
      linkedProjects: join(home, 'projects.json'),
    };
    expect(await find(project.folder)).toEqual(place);
    expect(await find(join(project.folder, 'src/deep'))).toEqual(place);
  });

  test('is the same from every worktree, whose own folder is the project there', async () => {
    project = createRepository();
    const worktree = join(project.folder, '..', 'other');
    project.git('worktree', 'add', '-q', worktree);
    expect(await find(worktree)).toMatchObject({ root: worktree, home: join(project.folder, '.git', 'troupe') });
  });

  test('is the folder that --store names', async () => {
    project = createRepository();
    expect(await find(project.folder, 'kept')).toMatchObject({ home: join(project.folder, 'kept') });
    expect(await find(project.folder, '/elsewhere')).toMatchObject({ store: '/elsewhere/store' });
  });

  test('is .troupe in a folder without git, found from below', async () => {
    project = createEmptyFolder();
    mkdirSync(join(project.folder, '.troupe'));
    mkdirSync(join(project.folder, 'below'));
    expect(await find(join(project.folder, 'below'))).toMatchObject({
      kind: 'directory',
      root: project.folder,
      home: join(project.folder, '.troupe'),
    });
  });

  test('is missing outside a project, and the error says how to create one', async () => {
    project = createEmptyFolder();
    await expect(find(project.folder)).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
      where: project.folder,
      hints: [expect.stringContaining('git init'), hintLine('troupe init --directory')],
    });
  });

  test('is missing in a bare repository, which has no files to work on', async () => {
    project = createEmptyFolder();
    project.git('init', '-q', '--bare');
    await expect(find(project.folder)).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
      message: expect.stringContaining('bare repository'),
      hints: ['git worktree list'],
    });
  });

  test('is missing in a repository that git does not trust, and the error says how to trust it', async () => {
    project = createRepository();
    // What git says where the folder is another user's, which takes another user to make.
    const env = { ...project.env, PATH: `${join(project.folder, 'bin')}:${project.env.PATH}` };
    const gitError = `fatal: detected dubious ownership in repository at '${project.folder}'`;
    chmodSync(project.write('bin/git', `#!/bin/sh\necho "${gitError}" >&2\nexit 128\n`), 0o755);
    await expect(locateProject({ directory: project.folder, store: undefined, env })).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
      where: project.folder,
      hints: [`git config --global --add safe.directory ${project.folder}`],
    });
  });

  test('is missing when the folder does not exist', async () => {
    project = createEmptyFolder();
    const where = join(project.folder, 'missing');
    await expect(find(where)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where });
  });

  test('cannot be found without git, which is reported', async () => {
    project = createRepository();
    const looking = locateProject({ directory: project.folder, store: undefined, env: { PATH: '/nonexistent' } });
    await expect(looking).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
      message: expect.stringContaining('not installed'),
    });
  });

  test('ignores the GIT_DIR of a hook that calls Troupe', async () => {
    project = createRepository();
    const env = { ...project.env, GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere' };
    const place = await locateProject({ directory: project.folder, store: undefined, env });
    expect(place.root).toBe(project.folder);
  });
});
