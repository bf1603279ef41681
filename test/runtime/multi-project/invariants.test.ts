/** Invariants in plans on several projects: each is checked with its own paths, and a violation names its project. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestProject } from '../test-project.ts';
import { steps, type TwoProjects, twoProjects, write } from '../two-projects.ts';

const onlyText = { text: 'Only text', check: { kind: 'paths', allow: ['*.txt'] } };
const noToken = { text: 'No token', check: { kind: 'noSecrets' } };
const token = `ghp_${'1234567890abcdefghij'.repeat(2).slice(0, 36)}`;

/** The violations of a plan that writes these files under these invariants: text, files and message. */
async function broken({ run }: TwoProjects, paths: Record<string, string>, ...invariants: unknown[]) {
  const plan = await run({
    executionActor: steps(...Object.entries(paths).map(([path, content]) => write(path, content))),
    invariants,
  });
  await plan.waitUntilIdle();
  const checkCalls: (readonly [string, string[], string])[] = [];
  for await (const event of plan.events()) {
    if (event.type === 'invariant.violated') checkCalls.push([event.text, event.files, event.message]);
  }
  return checkCalls;
}

describe('An invariant of a plan on several projects', { timeout: 60_000 }, () => {
  test('is checked in each of them, with the paths of that project', async () => {
    const testProject = await twoProjects();
    expect(await broken(testProject, { 'app/b.txt': 'b', 'lib/c.md': 'c', 'lib/d.txt': 'd' }, onlyText)).toEqual([
      ['Only text', ['lib/c.md'], 'in lib: changed although not allowed: c.md'],
    ]);
  });

  test('about credentials finds them in every project, and ignores what was there before', async () => {
    const testProject = await twoProjects();
    writeFileSync(join(testProject.home, 'lib', 'old.txt'), `${token}\n`);
    testProject.git('lib', 'add', '.');
    testProject.git('lib', 'commit', '--quiet', '--message=Old');
    const paths = { 'app/b.txt': 'b', 'lib/new.txt': token, 'lib/old.txt': `${token} still\n` };
    const [found, ...others] = await broken(testProject, paths, noToken);
    expect([found?.slice(0, 2), others]).toEqual([['No token', ['lib/new.txt']], []]);
    expect(found?.[2]).toMatch(/^in lib: looks like a secret/);
  });

  test('counts the files of all projects, unless it names one', async () => {
    const paths = { 'app/b.txt': 'b', 'lib/c.txt': 'c' };
    const atMost = (max: number, project?: string) => ({
      text: `At most ${max}`,
      check: { kind: 'maxFilesChanged', max },
      ...(project === undefined ? {} : { project }),
    });
    expect(await broken(await twoProjects(), paths, atMost(1))).toEqual([
      ['At most 1', ['app/b.txt', 'lib/c.txt'], '2 files changed, at most 1 may'],
    ]);
    expect(await broken(await twoProjects(), paths, atMost(2), atMost(1, 'app'), atMost(0, 'lib'))).toEqual([
      ['At most 0', ['lib/c.txt'], 'in lib: 1 files changed, at most 0 may'],
    ]);
  });

  test('that runs a program or a module runs in each of them', async () => {
    const testProject = await twoProjects();
    const module = join(testProject.home, 'rule.mjs');
    writeFileSync(
      module,
      `import { readFileSync } from 'node:fs';
       export default ({ directory, files }) =>
         readFileSync(directory + '/a.txt', 'utf8').startsWith('app') || 'changes ' + files.join(' ');`,
    );
    const isApp = { text: 'Is app', check: { kind: 'command', argv: ['grep', '-q', '^app$', 'a.txt'] } };
    const saysApp = { text: 'Says app', check: { kind: 'script', module } };
    const checkedIn = await broken(testProject, { 'lib/c.txt': 'c' }, isApp, saysApp);
    // The invariant is already violated before Strategize, when nothing has changed.
    expect(checkedIn).toEqual([
      ['Is app', [], 'in lib: grep -q ^app$ a.txt: exit code 1.'],
      ['Says app', [], 'in lib: changes '],
    ]);
  });

  test('is checked only in the project it names', async () => {
    const paths = { 'app/b.md': 'b', 'lib/c.md': 'c' };
    expect(await broken(await twoProjects(), paths, { ...onlyText, project: 'app' })).toEqual([
      ['Only text', ['app/b.md'], 'in app: changed although not allowed: b.md'],
    ]);
  });

  test('holds in a subplan on its project, and not in a subplan on another', async () => {
    const { run } = await twoProjects();
    const part = (alias: string) => ({
      subplan: { goal: alias, projectRef: alias, executionActor: steps(write(`${alias}/b.md`, 'b')) },
    });
    const plan = await run({
      strategyActor: steps(part('app'), part('lib')),
      executionActor: steps(),
      subplans: { retryFailed: false },
      invariants: [{ ...onlyText, project: 'lib' }],
    });
    const { subplanStatuses } = await plan.waitUntilIdle();
    expect(subplanStatuses.map(({ goal, state, error }) => [goal, state, error?.code])).toEqual([
      ['app', 'complete', undefined],
      ['lib', 'failed', 'INVARIANT_VIOLATED'],
    ]);
  });

  test('that is checked after every action fails the call that violates it, in any project', async () => {
    const { run } = await twoProjects();
    const plan = await run({
      executionActor: steps(write('app/b.txt', 'b'), write('lib/c.md', 'c')),
      invariants: [{ ...onlyText, each: 'action' }],
    });
    const { error } = await plan.waitUntilIdle();
    expect(error?.message).toBe(
      'After a tool call an invariant does not hold: "Only text": in lib: changed although not allowed: c.md',
    );
  });
});

describe('An invariant that names a project', { timeout: 60_000 }, () => {
  test('that the plan does not work on is refused, on use and later [R325]', async () => {
    const { troupe, run } = await twoProjects();
    await troupe.actions.create({
      name: 'stray',
      description: 'x',
      executionActor: steps(),
      invariants: ['plain', { ...onlyText, project: 'docs' }],
    });
    await expect(troupe.use({ action: 'stray', projects: ['lib'] })).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: 'The rule "Only text" names the project "docs", which this plan does not work on; it works on app, lib',
    });
    const plan = await run({ executionActor: steps() });
    await plan.waitUntilIdle();
    await expect(troupe.addInvariant({ text: 'x', project: 'docs' }, { plans: [plan.id] })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'This plan does not work on docs, but on app, lib',
    });
    expect(await troupe.addInvariant({ text: 'x', project: 'lib' }, { plans: [plan.id] })).toMatchObject([
      { text: 'x', project: 'lib' },
    ]);
  });

  test('that a plan on one project does not have is refused by name, and so is a check of such a project [R325]', async () => {
    const { troupe } = await twoProjects();
    const use = async (action: Record<string, unknown>) => {
      await troupe.actions.create({ name: 'one', description: 'x', executionActor: steps(), ...action });
      return troupe.use({ action: 'one' });
    };
    const few = { text: 'No file changes', check: { kind: 'maxFilesChanged', max: 0 } };
    await expect(use({ invariants: [{ ...few, project: 'lib' }] })).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: 'The rule "No file changes" names the project "lib", which this plan does not work on; it works on app',
    });
    await expect(use({ invariants: [{ ...few, project: 'ap' }] })).rejects.toMatchObject({
      message: 'The rule "No file changes" names the project "ap", which this plan does not work on; did you mean app?',
    });
    await expect(use({ validations: [{ name: 'unit', argv: ['true'], project: 'lib' }] })).rejects.toMatchObject({
      message: 'The check "unit" names the project "lib", which this plan does not work on; it works on app',
    });
  });

  test('is refused for all plans by name if there is no project of that name [R325]', async () => {
    const { troupe } = await twoProjects();
    await expect(troupe.addInvariant({ text: 'x', project: 'libb' }, { scope: 'project' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'There is no project "libb" here; did you mean lib?',
    });
    const alone = await createTestProject();
    await expect(alone.troupe.addInvariant({ text: 'x', project: 'docs' }, { scope: 'project' })).rejects.toMatchObject(
      { message: 'There is no project "docs" here; known: main' },
    );
  });

  test('is neither listed nor recorded as in force in a plan on another', async () => {
    const { troupe } = await twoProjects();
    await troupe.addInvariant({ text: 'Of app', project: 'app' }, { scope: 'project' });
    await troupe.addInvariant({ text: 'Of lib', project: 'lib' }, { scope: 'project' });
    await troupe.actions.create({ name: 'one', description: 'x', executionActor: steps() });
    const plan = await troupe.use({ action: 'one' });
    await plan.waitUntilIdle();
    expect((await troupe.invariants({ plan: plan.id })).map(({ text }) => text)).toEqual(['Of app']);
    const enforced = (await plan.decisions()).filter(({ type }) => type === 'invariant_enforced');
    expect([...new Set(enforced.map(({ chosenOption }) => chosenOption))]).toEqual(['Of app']);
  });

  test('overrides another one of that project, and none that also holds elsewhere', async () => {
    const testProject = await twoProjects();
    const add = (project: string | undefined) =>
      testProject.troupe.addInvariant(
        { text: 'Only text', ...(project === undefined ? {} : { project }) },
        { scope: 'project' },
      );
    await add('app');
    await add('lib');
    await add(undefined);
    const plan = await testProject.run({
      executionActor: steps(),
      invariants: [{ text: 'only  TEXT', project: 'lib' }],
    });
    await plan.waitUntilIdle();
    const inForce = await testProject.troupe.invariants({ plan: plan.id });
    expect(inForce.map(({ scope, project }) => [scope, project])).toEqual([
      ['plan', 'lib'],
      ['project', 'app'],
      ['project', undefined],
    ]);
  });

  test('holds in a plan on that project alone, under whatever alias, and not in a plan on another', async () => {
    const { troupe } = await twoProjects();
    await troupe.addInvariant(
      { text: 'Of app', check: { kind: 'paths', deny: ['*.md'] }, project: 'app' },
      {
        scope: 'project',
      },
    );
    await troupe.addInvariant(
      { text: 'Of lib', check: { kind: 'paths', deny: ['*'] }, project: 'lib' },
      {
        scope: 'project',
      },
    );
    await troupe.actions.create({ name: 'one', description: 'x', executionActor: steps(write('b.md', 'b')) });
    const plan = await troupe.use({ action: 'one', profile: 'trusted' });
    await plan.execute();
    expect((await plan.waitUntilIdle()).error?.message).toContain(
      '"Of app" (b.md): changed although not allowed: b.md',
    );

    const alone = await createTestProject();
    const rule = { text: 'Of main', check: { kind: 'paths', deny: ['*.md'] }, project: 'main' };
    const { record } = await alone.run(({ call }) => call('builtin/write', { path: 'b.md', content: 'b' }), {
      invariants: [rule],
    });
    expect(record.error?.details).toMatchObject({ violations: [{ files: ['b.md'] }] });
  });
});
