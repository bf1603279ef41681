/** Approvals of tool calls, with and without a terminal. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { splitCommand } from '../documented-commands.ts';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Writes two files, each of which needs an approval. */
const careful = `name: local/careful
description: Write two files
approvals: { execute: { writeFiles: ask } }
executionActor:
  kind: steps
  steps:
    - write: { path: one.txt, content: one }
    - write: { path: two.txt, content: two }
`;

/** The same, in a subplan. */
const delegated = `name: local/delegated
description: Have a file written
approvals: { execute: { writeFiles: ask } }
strategyActor: { kind: steps, steps: [{ subplan: { goal: child, resourceScopes: [.] } }] }
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: one }, if: { goal: child } }] }
`;

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.write('careful.yaml', careful);
  project.write('delegated.yaml', delegated);
});
afterEach(() => project.remove());

const status = async () => (await runTroupeJson(project, ['plan', 'status'])).data;
const files = async () => ((await status()).plan as { files: { path: string }[] }).files.map(({ path }) => path);

describe('Without a terminal, a command', () => {
  test('exits with 6 and the command to type, and the call keeps waiting [R125]', async () => {
    const done = await runTroupe(project, ['run', '-f', 'careful.yaml']);
    expect(done.code).toBe(6);
    expect(done.err).toContain('error[APPROVAL_NEEDED] "Write two files" asks to write one.txt');
    expect(await status()).toMatchObject({
      reason: expect.stringMatching(/^It asks you to let it write one\.txt \(\w{8}\)\.$/),
      plan: { state: 'processing', resting: true, approvals: [{ tool: 'builtin/write', threshold: 'writeFiles' }] },
    });
    const hint = /try: (troupe plan approve \w{8}) {2}#/.exec(done.err)?.[1] ?? '';
    const next = await runTroupe(project, splitCommand(hint).slice(1));
    expect(next.code).toBe(6);
    expect(next.err).toContain('two.txt');
    const end = await runTroupeJson(project, ['plan', 'approve', '--always']);
    expect(end).toMatchObject({ exit_code: 0, data: { plan: { state: 'complete', approvals: [] } } });
    expect(await files()).toEqual(['one.txt', 'two.txt']);
  });

  test('continues with --yes, also with the calls of a subplan', async () => {
    expect(await runTroupe(project, ['run', '-f', 'careful.yaml', '--yes'])).toMatchObject({ code: 0 });
    const left = await runTroupe(project, ['run', '-f', 'delegated.yaml']);
    expect(left.code).toBe(6);
    const hint = /try: (troupe plan approve \w{8} --yes)/.exec(left.err)?.[1] ?? '';
    expect((await runTroupe(project, ['plan', 'execute'])).code).toBe(6);
    expect(await runTroupe(project, splitCommand(hint).slice(1))).toMatchObject({ code: 0 });
    expect(await files()).toEqual(['one.txt']);
  });

  test('runs until the work is done after it answered a call of a subplan', async () => {
    expect((await runTroupe(project, ['run', '-f', 'delegated.yaml'])).code).toBe(6);
    const end = await runTroupeJson(project, ['plan', 'approve']);
    expect(end).toMatchObject({ exit_code: 0, data: { plan: { state: 'complete', approvals: [] } } });
  });

  test('denies a call permanently with plan deny, and reports it', async () => {
    await runTroupe(project, ['run', '-f', 'careful.yaml']);
    const denied = await runTroupeJson(project, ['plan', 'deny', '--reason', 'no such file']);
    expect(denied).toMatchObject({
      exit_code: 1,
      data: {
        plan: {
          state: 'errored',
          error: { code: 'TOOL_REFUSED' },
          error_message: expect.stringContaining('no such file'),
        },
      },
    });
    expect(await runTroupe(project, ['plan', 'deny'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Nothing waits'),
    });
  });
});

describe('At a terminal', () => {
  test('the user is asked for each call, and only an unambiguous answer is accepted [R155]', async () => {
    const { io, done } = startTroupe(project, ['run', '-f', 'careful.yaml'], { tty: true });
    await io.waitForError('    write one.txt\n    with {"path":"one.txt","content":"one"}\n  in ');
    io.type('perhaps');
    await io.waitForError('Type y, n or a.');
    io.type('y');
    await io.waitForError('    write two.txt\n');
    io.type('a');
    expect(await done).toBe(0);
    expect(await files()).toEqual(['one.txt', 'two.txt']);
    expect(io.err()).toMatch(/\? "Write two files" \(plan \w{8}\) asks to\n/);
  });

  test('the agent receives the answer no', async () => {
    const { io, done } = startTroupe(project, ['run', '-f', 'careful.yaml'], { tty: true });
    await io.waitForError('Allow it?');
    io.type('no');
    expect(await done).toBe(1);
    expect(io.err()).toContain('error[TOOL_REFUSED]');
  });

  test('the question stays open when the terminal is closed', async () => {
    const { io, done } = startTroupe(project, ['run', '-f', 'careful.yaml'], { tty: true });
    await io.waitForError('Allow it?');
    io.endInput();
    expect(await done).toBe(6);
    expect((await status()).plan).toMatchObject({ approvals: [{ tool: 'builtin/write' }] });
  });

  test('a question that another client answers disappears, and the command ends with the plan [R287]', async () => {
    const { io, done } = startTroupe(project, ['run', '-f', 'careful.yaml'], { tty: true });
    await io.waitForError('Allow it?');
    io.stdin.write('ye');
    const other = startTroupe(project, ['plan', 'approve', '--always']);
    expect(await other.done).toBe(0);
    expect(await done).toBe(0);
    expect(io.err()).toContain('write one.txt: approved elsewhere');
  });
});

test('A pending call of a subplan is marked at the subplan and at every plan above it, in status and in list [R288]', async () => {
  expect((await runTroupe(project, ['run', '-f', 'delegated.yaml'])).code).toBe(6);
  const { data } = await runTroupeJson(project, ['plan', 'list', '--children']);
  const [root, child] = data.plans as { plan_id: string; description: string }[];
  expect(child?.description).toBe('child');
  const rows = (await runTroupe(project, ['plan', 'list', '--children'])).out.trimEnd().split('\n');
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toMatch(/ {2}! "child" asks to write one\.txt$/);
  expect((await runTroupe(project, ['plan', 'list'])).out.trimEnd()).toMatch(/! "child" asks to write one\.txt$/);
  const asks = [{ plan_id: child?.plan_id, root_plan_id: root?.plan_id, words: 'write one.txt', goal: 'child' }];
  expect(data.asks).toMatchObject(asks);
  for (const plan of [root, child]) {
    const { out } = await runTroupe(project, ['plan', 'status', plan?.plan_id ?? '']);
    const id = child?.plan_id.slice(-8);
    expect(out).toContain(`! "child" (subplan ${id}) asks to\n    write one.txt`);
    expect(out).toMatch(
      new RegExp(`\n  in /.*\n  troupe plan approve ${id} --approval \\w{8}\n  troupe plan deny ${id} `),
    );
    expect((await runTroupeJson(project, ['plan', 'status', plan?.plan_id ?? ''])).data.asks).toMatchObject(asks);
  }
  // Once answered, it is no longer marked.
  expect((await runTroupe(project, ['plan', 'approve', '--yes'])).code).toBe(0);
  for (const words of [
    ['plan', 'list', '--children'],
    ['plan', 'status'],
  ])
    expect((await runTroupe(project, words)).out).not.toContain('!');
});
