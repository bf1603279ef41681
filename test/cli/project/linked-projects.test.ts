import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../run-command.ts';
import { createRepository, type TestRepository } from '../test-repository.ts';

const both = `name: local/both
description: Change both
executionActor:
  kind: steps
  steps:
    - write: { path: main/new.txt, content: "main\\n" }
    - write: { path: lib/new.txt, content: "lib\\n" }
validations:
  - { name: lib is there, argv: [test, -f, new.txt], project: lib }
`;

let [project, lib] = [] as unknown as [TestRepository, TestRepository];
beforeEach(() => {
  [project, lib] = [createRepository(), createRepository()];
});
afterEach(() => {
  project.remove();
  lib.remove();
});

test(
  'A plan works on linked projects, and applies each one separately [R7, R117]',
  {
    timeout: 60_000,
  },
  async () => {
    const file = project.write('both.yaml', both);
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'Action');
    const run = ['run', '-f', file, '--profile', 'trusted', '--project', `lib=${lib.folder}`];
    expect((await runTroupe(project, run)).out).toContain('Result: 2 files (+2 −0)');
    const shown = (await runTroupe(project, ['plan', 'apply', '--dry-run'])).out;
    expect(shown).toContain('To: the checkouts of main, lib');
    expect(shown).not.toContain('Refused');
    const patch = join(project.folder, '..', 'both.patch');
    expect((await runTroupe(project, ['plan', 'apply', '--dry-run', '--patch', patch])).out).toMatch(
      /To: the files .*both\.main\.patch, .*both\.lib\.patch/,
    );
    expect(await runTroupe(project, ['plan', 'apply', '--yes', '--force'])).toMatchObject({ code: 2 });
    expect(await runTroupe(project, ['plan', 'apply', '--yes'])).toMatchObject({ code: 0 });
    const read = ({ folder }: TestRepository) => readFileSync(join(folder, 'new.txt'), 'utf8');
    expect([read(project), read(lib)]).toEqual(['main\n', 'lib\n']);
    const [plan] = (await runTroupeJson(project, ['plan', 'list', '--all'])).data.plans as { plan_id: string }[];
    const { data } = await runTroupeJson(project, ['plan', 'status', plan?.plan_id ?? '']);
    expect((data.plan as { projects: unknown }).projects).toMatchObject([
      {
        alias: 'main',
        files: ['new.txt'],
        checks: { passed: 0, failed: 0 },
        commits: [project.git('rev-parse', 'HEAD').trim()],
      },
      {
        alias: 'lib',
        files: ['new.txt'],
        checks: { passed: 1, failed: 0 },
        commits: [lib.git('rev-parse', 'HEAD').trim()],
      },
    ]);
    expect((await runTroupe(project, ['plan', 'status', plan?.plan_id ?? ''])).out).toMatch(
      /from main [0-9a-f]{12} for branch main, lib [0-9a-f]{12} for branch main/,
    );
  },
);

test('An alias for two folders and an invalid alias are rejected [R7]', async () => {
  const file = project.write('both.yaml', both);
  const use = (...projects: string[]) =>
    runTroupe(project, ['plan', 'use', '-f', file, '--no-start', ...projects.flatMap(each => ['--project', each])]);
  const twice = await use(`lib=${lib.folder}`, 'lib=elsewhere');
  expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('The alias "lib" names')]);
  expect((await use('lib')).err).toContain('"lib" is not a project');
  expect((await use(`main=${lib.folder}`)).err).toContain('The alias "main" names');
  expect((await use(`lib=${lib.folder}`)).code).toBe(0);
  expect((await use(`lib=${project.folder}`)).err).toContain(`The alias "lib" names ${lib.folder} already`);
});

test('An alias is remembered for an existing folder, and can be reused when the folder is gone [R7]', async () => {
  const file = project.write('one.yaml', both.slice(0, both.indexOf('validations')));
  const use = (name: string) => runTroupe(project, ['plan', 'use', '-f', file, '--no-start', '--project', name]);
  const missing = await use('lib=../mistyped');
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('no folder for the project "lib"')]);
  expect(await use(`constructor=${lib.folder}`)).toMatchObject({ code: 0 });
  rmSync(lib.folder, { recursive: true });
  expect((await use(`constructor=${project.folder}`)).code).toBe(0);
});

test('Every command reports a truncated list of projects [R7]', async () => {
  const list = project.write('.git/troupe/projects.json', '{"lib": ');
  const { code, err } = await runTroupe(project, ['plan', 'list']);
  expect([code, err]).toEqual([2, expect.stringContaining('cannot be read')]);
  expect(err).toContain(`rm ${list}`);
});
