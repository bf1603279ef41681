/** Without a terminal no command waits for an answer: each one that needs it ends at once, and changes nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { splitCommand } from '../documented-commands.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.write('greet.yaml', greetAction);
});
afterEach(() => project.remove());

const recordOfPlan = async () =>
  (await runTroupeJson(project, ['plan', 'status'])).data.plan as Record<string, unknown>;

describe('A command that needs a confirmation, without a terminal', () => {
  test.each([
    ['plan apply', ['plan', 'apply']],
    ['plan apply to a branch', ['plan', 'apply', '--branch', 'b']],
    ['plan cancel', ['plan', 'cancel']],
    ['plan rollback', ['plan', 'rollback', 'here']],
  ])('exits with 6, names the flag and changes nothing: %s [R125]', async (_, words) => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    await runTroupe(project, ['plan', 'checkpoint', 'create', '--label', 'here']);
    const before = await recordOfPlan();
    const done = await runTroupe(project, words);
    expect(done.code).toBe(6);
    expect(done.err).toContain('error[APPROVAL_NEEDED]');
    expect(done.err).toContain(`try: troupe ${words.join(' ')} --yes`);
    expect(await recordOfPlan()).toEqual(before);
  });

  test.each([
    ['', []],
    [' --branch it', ['--branch', 'it']],
    [" --patch '[^']*out 1.patch'", ['--patch', 'out 1.patch']],
  ])('exits with 6 after the work, whose result can be applied later: run --apply%s [R125]', async (flags, words) => {
    const done = await runTroupe(project, ['run', '-f', 'greet.yaml', '--apply', ...words]);
    expect(done.code).toBe(6);
    const hint = new RegExp(`try: (troupe plan apply \\w{8}${flags} --yes)`).exec(done.err)?.[1] ?? '';
    expect(await recordOfPlan()).toMatchObject({ phase: 'execute', state: 'complete' });
    expect((await runTroupe(project, splitCommand(hint).slice(1))).code).toBe(0);
    expect(await runTroupeJson(project, ['plan', 'list', '--all'])).toMatchObject({
      data: { plans: [{ state: 'applied' }] },
    });
  });
});
