/** Invariants and profiles at the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.write('greet.yaml', greetAction);
});
afterEach(() => project.remove());

const added = async (...words: string[]) =>
  (await runTroupeJson(project, ['invariant', 'add', ...words])).data.invariants as {
    invariant_id: string;
    scope: string;
  }[];

function configure(file: 'project' | 'shared', text: string): string {
  const { HOME = '' } = project.env;
  const path =
    file === 'project' ? join(project.folder, '.git/troupe/config.yaml') : join(HOME, '.config/troupe/config.yaml');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('troupe invariant', () => {
  test('adds an invariant to the project, to all projects and to plans, one for each [R114]', async () => {
    const [one] = await added('keep the licence');
    expect(one).toMatchObject({ scope: 'project' });
    await added('no hurry', '--global', '--non-overridable');
    const plans: string[] = [];
    for (const goal of ['a', 'b']) {
      const { data } = await runTroupeJson(project, ['plan', 'use', '-f', 'greet.yaml', goal, '--no-start']);
      plans.push((data.plan as { plan_id: string }).plan_id);
    }
    const [a = '', b = ''] = plans;
    const both = await added(
      'only text',
      '--plan',
      a,
      '--plan',
      b,
      '--check',
      '{kind: paths, allow: ["*.txt"]}',
      '--each',
      'action',
    );
    expect(both).toHaveLength(2);
    expect((await runTroupeJson(project, ['invariant', 'list'])).data.invariants).toMatchObject([
      { text: 'keep the licence', scope: 'project' },
      { text: 'no hurry', scope: 'global', non_overridable: true },
    ]);
    const { out } = await runTroupe(project, ['invariant', 'list', '--plan', b]);
    expect(out.split('\n').map(line => line.slice(10).trim())).toEqual([
      'global   no hurry (nothing overrides it)',
      'plan     only text (checked by paths, after every action)',
      'project  keep the licence',
      '',
    ]);
    const { data } = await runTroupeJson(project, ['invariant', 'remove', one?.invariant_id.slice(-8) ?? '']);
    expect(data.invariant).toEqual(one);
    expect((await runTroupe(project, ['invariant', 'remove', both[0]?.invariant_id ?? ''])).out).toMatch(
      /^Removed \w{8} +plan/,
    );
    expect((await runTroupeJson(project, ['invariant', 'list', '--plan', a])).data.invariants).toMatchObject([
      { scope: 'global' },
    ]);
  });

  test('adds an invariant to one of several linked projects, and to no other', async () => {
    const add = ['invariant', 'add', 'no locks', '--in', 'lib', '--check', '{kind: paths, deny: ["*.lock"]}'];
    expect(await runTroupe(project, add)).toMatchObject({ code: 2, err: expect.stringContaining('lib') });
    const lib = createRepository();
    const linked = ['plan', 'use', '-f', 'greet.yaml', '--no-start', '--project', `lib=${lib.folder}`];
    expect((await runTroupe(project, linked)).code).toBe(0);
    lib.remove();
    const [rule] = await added('no locks', '--in', 'lib', '--check', '{kind: paths, deny: ["*.lock"]}');
    expect(rule).toMatchObject({ project: 'lib' });
    const { out } = await runTroupe(project, ['invariant', 'list']);
    expect(out.slice(10).trim()).toBe('project  no locks (in lib; checked by paths)');
  });

  test('stops a plan that violates an added invariant, and reports which one and where', async () => {
    await added('no text', '--check', '{kind: paths, deny: ["*.txt"]}');
    const done = await runTroupe(project, ['run', '-f', 'greet.yaml']);
    expect(done.code).toBe(3);
    expect(done.err).toContain('"no text" (hello.txt)');
  });

  test.each([
    [['invariant', 'add', 'x', '--project', '--global'], 'one of --plan, --project and --global'],
    [['invariant', 'add', 'x', '--non-overridable'], 'Only a global invariant'],
    [['invariant', 'add', 'x', '--check', '{kind: magic}'], 'INVALID_INVARIANT'],
    [['invariant', 'add', 'x', '--check', '{kind'], '--check is no YAML'],
    [['invariant', 'add', ' '], 'The argument text is empty'],
    [['invariant', 'remove', 'absent'], 'There is no invariant absent'],
    [['profile', 'show', 'bold'], 'known are manual, review, supervised'],
  ])('rejects %j', async (words, message) => {
    const { code, err } = await runTroupe(project, words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('prints the command to type when there is nothing to list', async () => {
    expect((await runTroupe(project, ['invariant', 'list'])).out).toContain('troupe invariant add');
  });
});

describe('Configuration', () => {
  test('chooses the profile: the one of the action, else of the project, else of the user', async () => {
    const used = async () => {
      const { data } = await runTroupeJson(project, ['plan', 'use', '-f', 'greet.yaml', '--no-start']);
      return (data.plan as { automation_profile: string }).automation_profile;
    };
    expect(await used()).toBe('supervised');
    configure('shared', 'profile: cautious\nprofiles:\n  mine: { extends: trusted, retriesMax: 0 }\n');
    expect(await used()).toBe('cautious');
    configure('project', 'profile: mine\n');
    expect(await used()).toBe('mine');
    project.write('greet.yaml', `${greetAction}automationProfile: ci\n`);
    expect(await used()).toBe('ci');
    const listed = (await runTroupeJson(project, ['profile', 'list'])).data.profiles as {
      name: string;
      default: boolean;
    }[];
    expect(listed).toHaveLength(9);
    expect(listed.find(each => each.default)).toEqual({
      name: 'mine',
      builtin: false,
      purpose: 'your own',
      default: true,
    });
    expect((await runTroupe(project, ['profile', 'list'])).out).toMatch(/^ *mine +your own \(in use here\)$/m);
    expect((await runTroupeJson(project, ['profile', 'show', 'mine'])).data.profile).toMatchObject({ retries_max: 0 });
  });

  test('shows the meaning of each threshold', async () => {
    const { out } = await runTroupe(project, ['profile', 'show', 'cautious']);
    expect(out).toMatch(/^ *startExecute +0\.8 +proceeds without asking from this confidence$/m);
    expect(out).toMatch(/^ *startApply +1 +asks a person, however sure it is$/m);
    expect(out).toMatch(/^ *writeFiles +0 +proceeds without asking$/m);
    expect(out).toMatch(/^ *allowTools +all that are not denied$/m);
  });

  test('of guards prevents a denied tool from running [R112]', async () => {
    configure('project', 'profile: mine\nprofiles:\n  mine: { guards: { denyTools: [builtin/write] } }\n');
    const done = await runTroupe(project, ['run', '-f', 'greet.yaml']);
    expect(done.err).toContain('builtin/write is on the denylist of the profile');
    expect((await runTroupe(project, ['profile', 'show', 'mine'])).out).toMatch(/^ *denyTools +builtin\/write$/m);
  });

  test('turns reconciliation off for actions that do not set it [R113]', async () => {
    await added('no text', '--check', '{kind: paths, deny: ["*.txt"]}');
    configure('shared', 'actor: { default: { reconciliation: null } }\n');
    expect((await runTroupe(project, ['run', '-f', 'greet.yaml'])).code).toBe(0);
    configure('project', 'actor: { default: { reconciliation: builtin } }\n');
    expect((await runTroupe(project, ['run', '-f', 'greet.yaml'])).code).toBe(3);
  });

  test.each([
    ['prfile: auto\n', 'It has the unknown key "prfile"'],
    ['profiles: { mine: { treshold: {} } }\n', 'profiles.mine: has the unknown key "treshold"'],
    ['profiles: { mine: { extends: absent } }\n', 'There is no profile "absent"'],
    ['{', 'This is no YAML'],
  ])('that is invalid is reported: %j', async (text, message) => {
    const path = configure('project', text);
    const { code, err } = await runTroupe(project, ['plan', 'list']);
    expect(code).toBe(2);
    expect(err).toContain(message);
    if (!text.includes('absent')) expect(err).toContain(path);
  });
});
