import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataSchemas } from '../../src/cli/schemas/index.ts';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const twoFiles = `name: local/two
description: Write two files and run a program
executionActor:
  kind: steps
  steps:
    - write: { path: one.txt, content: "1\\n" }
    - write: { path: two.txt, content: "2\\n" }
    - run: { argv: [touch, three.txt] }
`;

describe('a checkpoint at the command line', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('two.yaml', twoFiles);
    expect((await runTroupe(project, ['run', '-f', 'two.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());
  type Row = { checkpoint_id: string; trigger: string; label: string | null };
  const checkpoints = async () =>
    (await runTroupeJson(project, ['plan', 'checkpoint', 'list'])).data.checkpoints as unknown as Row[];
  const afterFirst = async () => {
    const found = (await checkpoints()).find(({ trigger }) => trigger === 'afterToolExecute');
    return found?.checkpoint_id.slice(-8) ?? '';
  };

  test('is listed with the end of its id, its age and its cause', async () => {
    const { out } = await runTroupe(project, ['plan', 'checkpoint', 'list']);
    expect(out).toMatch(/^\w{8} {2}\d+ \w+ ago {2}preExecute$/m);
    expect(out).toMatch(/^\w{8} {2}\d+ \w+ ago {2}afterToolExecute builtin\/write$/m);
  });

  test('has its state and the effect of a rollback shown, and nothing changes [R156, R215]', async () => {
    const wanted = await afterFirst();
    const before = await checkpoints();
    const { out, code } = await runTroupe(project, ['plan', 'rollback', wanted, '--dry-run']);
    expect([code, out]).toEqual([0, expect.stringContaining('would roll back to afterToolExecute builtin/write')]);
    const shown = await runTroupeJson(project, ['plan', 'checkpoint', 'show', wanted]);
    expect(dataSchemas['plan checkpoint show']?.safeParse(shown.data).error).toBeUndefined();
    expect(shown.data.rollback).toMatchObject({ dry_run: true, rollback_summary: { files_reverted: 2 } });
    expect(shown.data.state).toMatchObject({
      src: 'plan',
      state: { value: { active: { lifecycle: { execute: { processing: 'working' } } } } },
      children: [{ src: 'execute' }],
    });
    const text = await runTroupe(project, ['plan', 'checkpoint', 'show', wanted]);
    expect(text.out).toMatch(
      /^ {2}plan \w+: \{"active":\{"lifecycle":\{"execute":\{"processing":"working"\}\}\}\}\n {4}execute: \{.+\}\n {6}act: active$/m,
    );
    expect(await checkpoints()).toEqual(before);
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
  });

  test('of an applied plan is shown, without the effect of a rollback [R215]', async () => {
    const wanted = await afterFirst();
    await runTroupe(project, ['plan', 'apply', '--yes']);
    const shown = await runTroupeJson(project, ['plan', 'checkpoint', 'show', wanted]);
    expect(dataSchemas['plan checkpoint show']?.safeParse(shown.data).error).toBeUndefined();
    expect(shown).toMatchObject({ data: { rollback: null, state: { src: 'plan' } } });
    const { out, code } = await runTroupe(project, ['plan', 'checkpoint', 'show', wanted]);
    expect(code).toBe(0);
    expect(out).toMatch(/^afterToolExecute builtin\/write {2}\w{8} {2}created \d+ \w+ ago\nstate:\n {2}plan /m);
  });

  test('is not restored without a confirmation: rollback exits with 6 and names the flag [R125]', async () => {
    const wanted = await afterFirst();
    const { code, err } = await runTroupe(project, ['plan', 'rollback', wanted]);
    expect(code).toBe(6);
    expect(err).toContain(`--yes`);
    expect(err).toMatch(
      /Roll back to afterToolExecute builtin\/write, created \d+ \w+ ago, and discard \d+ decisions?, 0 subplans, 2 tool calls/,
    );
  });

  test.each([
    'no',
    'y',
    '',
  ])('is not restored after the answer "%s" to a question with its label, its age and what would be discarded [R34]', async answer => {
    await runTroupeJson(project, ['plan', 'checkpoint', 'create', '--label', 'half done']);
    const before = [await checkpoints(), await runTroupeJson(project, ['plan', 'status'])].map(each =>
      JSON.stringify(each),
    );
    const { io, done } = startTroupe(project, ['plan', 'rollback', 'half done'], { tty: true });
    await io.waitForError('Only yes is accepted');
    expect(io.err()).toMatch(
      /Roll back to "half done", created \d+ \w+ ago, and discard \d+ decisions?, 0 subplans, 0 tool calls\?/,
    );
    io.type(answer);
    expect(await done).toBe(130);
    expect(io.err()).toContain('nothing was changed');
    const now = { ...(await runTroupeJson(project, ['plan', 'status'])), timing: undefined };
    expect([JSON.stringify(await checkpoints()), now]).toEqual([
      before[0],
      { ...JSON.parse(before[1] ?? ''), timing: undefined },
    ]);
  });

  test('is restored, and rollback prints summary, changes, impact and the new state [R35]', async () => {
    const { out } = await runTroupe(project, ['plan', 'rollback', await afterFirst(), '--yes']);
    expect(out).toMatch(/^rolled back to afterToolExecute builtin\/write {2}\w{8} {2}created \d+ \w+ ago$/m);
    expect(out).toContain('changes: 2 files\n  removed   three.txt\n  removed   two.txt');
    expect(out).toMatch(/^impact: \d+ decisions? superseded, 0 subplans cancelled, 2 tool calls undone$/m);
    expect(out).toContain('not undone: what touch three.txt did outside of the sandbox');
    expect(out).toMatch(/^after: execute queued, \d+ checkpoints left$/m);
    expect(out).toMatch(/next: troupe plan execute \w{8}$/m);
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain('Rolled back to a checkpoint');
  });

  test('is restored, and rollback prints JSON of the published schema [R22, R25]', async () => {
    const answer = await runTroupeJson(project, ['plan', 'rollback', await afterFirst(), '--yes']);
    expect(dataSchemas['plan rollback']?.safeParse(answer.data).error).toBeUndefined();
    expect(answer.data).toMatchObject({
      rollback_summary: { label: null, files_reverted: 2 },
      changes_reverted: [
        { file: 'three.txt', action: 'removed' },
        { file: 'two.txt', action: 'removed' },
      ],
      impact: { child_plans_invalidated: [], tool_calls_after_cp: 2 },
      post_rollback_state: { phase: 'execute', state: 'queued' },
    });
    expect(Object.keys(answer.data)).toEqual([
      ...['rollback_summary', 'changes_reverted', 'impact', 'post_rollback_state'],
    ]);
  });

  test('is created with a label, restored by it, and deleted [R120]', async () => {
    const made = await runTroupeJson(project, ['plan', 'checkpoint', 'create', '--label', 'all three']);
    expect(made.data.checkpoint).toMatchObject({ label: 'all three', trigger: 'manual' });
    expect((await runTroupe(project, ['plan', 'rollback', 'all three', '--yes'])).out).toContain(
      'rolled back to "all three"',
    );
    expect((await runTroupeJson(project, ['plan', 'checkpoint', 'delete', 'all three'])).exit_code).toBe(0);
    const again = await runTroupe(project, ['plan', 'rollback', 'all three', '--yes']);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('UNKNOWN_CHECKPOINT')]);
  });
});
