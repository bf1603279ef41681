import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { conflictAction, greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** One plan with a result and one in conflict, shown by every query; queries change nothing. */
describe('a query of plans', () => {
  let project: TestRepository;
  let greeting: string;
  let quarrelling: string;

  beforeAll(async () => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
    project.write('quarrel.yaml', conflictAction);
    const made = async (file: string) => {
      const { data } = await runTroupeJson(project, ['run', '-f', file]);
      return String((data.plan as { plan_id: unknown }).plan_id);
    };
    greeting = await made('greet.yaml');
    quarrelling = await made('quarrel.yaml');
  });
  afterAll(() => project.remove());

  test('status shows the state, the reason, the numbers and the next commands', async () => {
    const { out, code } = await runTroupe(project, ['plan', 'status', greeting]);
    expect(code).toBe(0);
    expect(out).toContain('execute complete  Greet the world');
    expect(out).toContain(`plan     ${greeting}`);
    expect(out).toContain('Ready for review: 1 file changed');
    expect(out).toContain(`next: troupe plan apply ${greeting.slice(-8)}`);
    expect(await runTroupeJson(project, ['plan', 'status', greeting])).toMatchObject({
      status: 'ok',
      data: { plan: { plan_id: greeting, phase: 'execute', state: 'complete' }, summary: { files: 1, insertions: 1 } },
    });
  });

  test('status finds a plan by the end of its id, and defaults to the newest', async () => {
    expect((await runTroupe(project, ['plan', 'status', greeting.slice(-8)])).out).toContain(greeting);
    expect((await runTroupe(project, ['plan', 'status', '--plan', greeting.slice(-8).toLowerCase()])).out).toContain(
      greeting,
    );
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain(quarrelling);
  });

  test('status exits with 2 for a result to apply, with --detailed-exitcode', async () => {
    expect(await runTroupe(project, ['plan', 'status', greeting, '--detailed-exitcode'])).toMatchObject({ code: 2 });
    expect(await runTroupe(project, ['plan', 'status', quarrelling, '--detailed-exitcode'])).toMatchObject({ code: 0 });
  });

  test('list shows plans, and subplans on request', async () => {
    const { data } = await runTroupeJson(project, ['plan', 'list']);
    expect((data.plans as { plan_id: string }[]).map(plan => plan.plan_id)).toEqual([greeting, quarrelling]);
    expect((await runTroupe(project, ['plan', 'list'])).out.trimEnd().split('\n')).toHaveLength(2);
    const withChildren = await runTroupe(project, ['plan', 'list', '--all', '--children']);
    expect(withChildren.out).toMatch(/ {4}say left/);
    expect(withChildren.out.trimEnd().split('\n')).toHaveLength(4);
  });

  test('tree nests the subplans', async () => {
    const { out } = await runTroupe(project, ['plan', 'tree', quarrelling]);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^execute conflicted {2}Write one line twice/);
    expect(lines[1]).toMatch(/^├─ execute complete {2}say left/);
    expect(lines[2]).toMatch(/^└─ execute complete {2}say right/);
    const { data } = await runTroupeJson(project, ['plan', 'tree', quarrelling]);
    expect(data.tree).toMatchObject({ plan_id: quarrelling, children: [{ description: 'say left' }, {}] });
  });

  test('[R121] explain shows decisions, rejected options, why the plan waits, and the next commands', async () => {
    const { out } = await runTroupe(project, ['plan', 'explain', greeting]);
    expect(out).toMatch(/^\w{8} {2}prompt definition: /m);
    expect(out).toContain('implementation choice: Which words? → Hello — It is polite');
    expect(out).toContain('rejected: Hey — too short');
    expect(out).toContain('next: troupe plan apply');
    const { data } = await runTroupeJson(project, ['plan', 'explain', greeting, '--superseded']);
    expect(data).toMatchObject({ reason: expect.stringContaining('Ready for review'), decisions: expect.any(Array) });
    const chosen = (data.decisions as { decision_id: string; type: string }[]).find(({ type }) =>
      type.endsWith('_choice'),
    );
    expect(data.impact).toEqual([{ decision_id: chosen?.decision_id, invalidates: [] }]);
  });

  test('diff shows the result: complete, by path, as names, and as statistics', async () => {
    const diff = (...words: string[]) => runTroupe(project, ['plan', 'diff', '--plan', greeting, ...words]);
    expect((await diff()).out).toContain('+++ b/hello.txt');
    expect((await diff('--name-only')).out).toBe('hello.txt\n');
    expect((await diff('--stat')).out).toContain('1 file changed, 1 insertion(+)');
    expect((await diff('hello.txt', '--name-only')).out).toBe('hello.txt\n');
    expect((await diff('./', '--name-only')).out).toBe('hello.txt\n');
    expect((await diff('nowhere')).out).toBe('');
    expect(await diff('--detailed-exitcode')).toMatchObject({ code: 2 });
    expect(await diff('nowhere', '--detailed-exitcode')).toMatchObject({ code: 0 });
    expect(await runTroupeJson(project, ['plan', 'diff', '--plan', greeting])).toMatchObject({
      data: { plan_id: greeting, files: [{ path: 'hello.txt', operation: 'added' }] },
    });
  });

  test('diff prints a patch that git can apply in a pipe, and colors on a terminal', async () => {
    const { out } = await runTroupe(project, ['plan', 'diff', '--plan', greeting]);
    project.git('apply', '--check', project.write('through.patch', out));
    const seen = await runTroupe(project, ['plan', 'diff', '--plan', greeting], { tty: true });
    expect(seen.out).toContain('\u001b[32m+hello\u001b[39m');
    expect(seen.out).toContain('\u001b[1m+++ b/hello.txt\u001b[22m');
  });

  test('conflicts names path, kind and the author of each side', async () => {
    const { out } = await runTroupe(project, ['plan', 'conflicts', quarrelling]);
    expect(out).toMatch(/^a\.txt {2}content {2}open$/m);
    expect(out).toContain('theirs  say right');
    // Its hints continue the plan, and name it, which need not be the newest.
    expect(out).toContain(`next: troupe plan resolve a.txt --take ours --plan ${quarrelling.slice(-8)}`);
    expect(out).not.toContain('next: troupe plan conflicts');
    expect(await runTroupeJson(project, ['plan', 'conflicts', quarrelling])).toMatchObject({
      data: { conflicts: [{ path: 'a.txt', kind: 'content', resolution: null }] },
    });
    expect((await runTroupe(project, ['plan', 'conflicts', greeting])).out).toBe('No conflicts.\n');
  });

  test('logs prints as many lines as requested', async () => {
    const all = (await runTroupe(project, ['plan', 'logs', greeting])).out.trimEnd().split('\n');
    expect((await runTroupe(project, ['plan', 'logs', greeting, '--tail', '1'])).out).toBe(`${all.at(-1)}\n`);
    expect(await runTroupeJson(project, ['plan', 'logs', greeting, '--tail', '1'])).toMatchObject({
      data: { printed: 1 },
    });
    expect(await runTroupe(project, ['plan', 'logs', greeting, '--tail', 'many'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--tail takes a number of lines, not "many"'),
    });
    expect(await runTroupe(project, ['plan', 'logs', greeting], { tty: true })).toMatchObject({ code: 0 });
  });

  test('[R184] logs removes terminal control sequences in a pipe, unless --raw is given', async () => {
    const secondLine = '\u001b[32mgreen\u001b[0m\tend';
    const evil =
      ['\u001b]0;title\u0007', '\u001b]52;c;Y29weQ==\u001b\\', '\u001b[2J', '\u009b2J'].join('') + secondLine;
    const printed = project.write('printed.txt', `  indented ${evil}\n`);
    project.write(
      'control.yaml',
      `name: local/control
description: Print control sequences
executionActor: { kind: command, argv: [cat, ${JSON.stringify(printed)}] }
`,
    );
    const made = await runTroupeJson(project, ['run', '-f', 'control.yaml']);
    const id = String((made.data.plan as { plan_id: unknown }).plan_id);
    const piped = await runTroupe(project, ['plan', 'logs', id]);
    expect(piped.out).toContain('  indented green\tend\n');
    for (const control of ['\u001b', '\u0007', '\u009b', '52;c;']) expect(piped.out).not.toContain(control);
    expect((await runTroupe(project, ['plan', 'logs', id, '--json'])).out).not.toContain('52;c;');
    const raw = await runTroupe(project, ['plan', 'logs', id, '--raw']);
    expect(raw.out).toContain(`  indented ${evil}\n`);
  });

  test('[R161] status works in two clients in parallel', async () => {
    const [first, second] = await Promise.all([
      runTroupe(project, ['plan', 'status', greeting]),
      runTroupe(project, ['plan', 'status', greeting]),
    ]);
    expect([first.err, second.err].join('')).not.toContain('error');

    expect([first.code, second.code]).toEqual([0, 0]);
  });

  test('explain reports that a finished plan has no further commands', async () => {
    const { data } = await runTroupeJson(project, ['run', '-f', 'greet.yaml', '--apply', '--yes', '--branch', 'done']);
    const { plan_id } = data.plan as { plan_id: string };
    const { out } = await runTroupe(project, ['plan', 'explain', plan_id]);
    expect(out).toContain('Applied: 1 file.');
    expect(out).toContain('The plan is finished; no further commands.');
  });

  test('diff shows removed lines as well as added ones on a terminal', async () => {
    project.write(
      'edit.yaml',
      'name: e\ndescription: E\nexecutionActor: { kind: steps, steps: [{ write: { path: a.txt, content: "two\\n" } }] }\n',
    );
    const { data } = await runTroupeJson(project, ['run', '-f', 'edit.yaml']);
    const { plan_id } = data.plan as { plan_id: string };
    const { out } = await runTroupe(project, ['plan', 'diff', '--plan', plan_id], { tty: true });
    expect(out).toContain('\u001b[31m-one\u001b[39m');
    expect(out).toContain('\u001b[36m@@');
  });
});
