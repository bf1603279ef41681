/** Reviews a result at the terminal: part by part, some of them applied, some of them rejected. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const action = `name: local/two
description: Change two places
executionActor:
  kind: steps
  steps:
    - { edit: { path: a.txt, find: "line 2\\n", replace: "second\\n" }, if: { depth: 0 } }
    - { edit: { path: a.txt, find: "line 17\\n", replace: "seventeenth\\n" }, if: { depth: 0 } }
    - { write: { path: new/b.txt, content: "two\\n" }, if: { depth: 0 } }
`;

describe('a reviewed result', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('a.txt', Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join(''));
    project.write('two.yaml', action);
    project.git('add', '.');
    project.git('commit', '--quiet', '--message=Twenty lines');
    expect((await runTroupe(project, ['run', '-f', 'two.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());

  test('is shown part by part, with the names that apply and reject accept', async () => {
    const { out } = await runTroupe(project, ['plan', 'review']);
    expect(out).toMatch(/^a\.txt {2}modified\na\.txt#1\n@@ -1,6 \+1,6 @@/m);
    expect(out).toContain('a.txt#2\n@@');
    expect(out).toContain('new/b.txt  added');
    const { data } = await runTroupeJson(project, ['plan', 'review', 'new']);
    expect(data).toMatchObject({ files: [{ path: 'new/b.txt', hunks: [] }] });
    expect((await runTroupe(project, ['plan', 'review', 'nowhere'])).out).toContain('changes nothing here');
  });

  test('is applied in part, with trailers and a command to run afterwards [R141, R149, R162]', async () => {
    const words = [
      'plan',
      'apply',
      '--only',
      'a.txt#2',
      '--only',
      'new',
      '--branch',
      'part',
      '--drop-rest',
      '--plan-trailer',
    ];
    const more = ['--assisted-by', 'a program', '--co-authored-by', 'A Friend <friend@localhost>'];
    const dry = await runTroupe(project, [...words, ...more, '--post-apply', 'true', '--dry-run']);
    expect(dry.code).toBe(0);
    for (const text of ['Not selected: a.txt#1', 'Assisted-by: a program', 'To: branch part', 'Then: sh -c true'])
      expect(dry.out).toContain(text);
    expect(project.git('branch', '--list', 'part')).toBe('');
    const { data, exit_code } = await runTroupeJson(project, [
      ...words,
      ...more,
      '--post-apply',
      'echo "$TROUPE_BRANCH"; exit 3',
      '--yes',
    ]);
    expect(exit_code).toBe(0);
    expect(data).toMatchObject({
      plan: { state: 'applied', apply_summary: { left: ['a.txt#1'], after: { exit_code: 3, output_tail: 'part\n' } } },
    });
    expect(project.git('show', 'part:a.txt')).toContain('line 2\n');
    expect(project.git('show', 'part:a.txt')).toContain('seventeenth\n');
    expect(project.git('log', '-1', '--format=%B', 'part')).toMatch(
      /Co-authored-by: A Friend <friend@localhost>\nTroupe-Plan: /,
    );
  });

  test('has obstacles reported before anything is applied [R145, R156]', async () => {
    project.write('a.txt', 'mine\n');
    const { data } = await runTroupeJson(project, ['plan', 'apply', '--dry-run']);
    expect(data).toMatchObject({ dry_run: true, preview: { blocked_by: { code: 'DIRTY_CHECKOUT' }, moved: null } });
    const { out } = await runTroupe(project, ['plan', 'apply', '--dry-run']);
    expect(out).toContain('Cannot apply now: files that the result touches have changes that are not committed: a.txt');
    expect(out).toMatch(/try: troupe plan apply \w+ --patch troupe-\w+\.patch/);
  });

  test('has a moved target reported', async () => {
    project.write('c.txt', 'beside\n');
    project.git('add', '.');
    project.git('commit', '--quiet', '--message=Beside');
    expect((await runTroupe(project, ['plan', 'apply', '--dry-run'])).out).toContain('the result is merged onto it');
    project.write('a.txt', 'against\n');
    project.git('commit', '--quiet', '--all', '--message=Against');
    expect((await runTroupe(project, ['plan', 'apply', '--dry-run'])).out).toContain(
      'conflict with the result in a.txt',
    );
  });

  test('is rejected in part, with a reason, after a confirmation [R141]', async () => {
    const words = ['plan', 'reject', 'a.txt#1', 'new', '--reason', 'not these'];
    expect((await runTroupe(project, ['plan', 'reject', 'a.txt'])).err).toContain('A rejection says why');
    const dry = await runTroupe(project, [...words, '--dry-run']);
    expect(dry.out).toContain('would take a.txt#1, new out of the result');
    expect((await runTroupeJson(project, [...words, '--dry-run'])).data).toMatchObject({ dry_run: true });
    const { io, done } = startTroupe(project, words, { tty: true });
    await io.waitForError('Only yes is accepted');
    io.type('yes');
    expect(await done).toBe(0);
    const { data } = await runTroupeJson(project, ['plan', 'tree']);
    expect(JSON.stringify(data)).toContain('Rejected in review');
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({
      data: { plan: { state: 'complete', attempt: 2 } },
    });
  });

  test.each([
    [['--drop-rest'], 'The discarded part is the rest of what --only names'],
    [['--force'], 'Only a patch file is written over'],
    [['--branch', 'b', '--patch', 'p'], 'A result goes to one place'],
    [['--finished', '--only', 'new'], 'Parts are chosen of a reviewed result, or by the subplans'],
  ])('is not applied with conflicting arguments: %j', async (words, message) => {
    const { code, err } = await runTroupe(project, ['plan', 'apply', '--yes', ...words]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('is applied in part and the rest discarded with --drop-rest', async () => {
    const words = ['plan', 'apply', '--yes', '--only', 'new', '--drop-rest', '--branch', 'part'];
    expect(await runTroupeJson(project, words)).toMatchObject({ data: { plan: { state: 'applied' } } });
    expect(project.git('show', 'part:new/b.txt')).toContain('two');
  });

  test('is not applied with a co-author without an address', async () => {
    const { code, err } = await runTroupe(project, ['plan', 'apply', '--co-authored-by', 'absent', '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining('Name <mail>')]);
  });
});
