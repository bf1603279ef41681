/** Without anybody to ask, nothing waits for an answer: each command that needs one ends at once, and changes nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { argvOf } from '../typed-commands.ts';
import { greet } from './actions.ts';
import { type Repository, repository } from './repository.ts';
import { told, troupe } from './shell.ts';

let project: Repository;
beforeEach(() => {
  project = repository();
  project.write('greet.yaml', greet);
});
afterEach(() => project.remove());

const standing = async () => (await told(project, ['plan', 'status'])).data.plan as Record<string, unknown>;

describe('A command that needs a yes, with nobody to give it', () => {
  test.each([
    ['plan apply', ['plan', 'apply']],
    ['plan apply to a branch', ['plan', 'apply', '--branch', 'b']],
    ['plan cancel', ['plan', 'cancel']],
    ['plan rollback', ['plan', 'rollback', 'here']],
  ])('exits with 6, names the flag and changes nothing: %s [R125]', async (_, words) => {
    await troupe(project, ['run', '-f', 'greet.yaml']);
    await troupe(project, ['plan', 'checkpoint', 'create', '--label', 'here']);
    const before = await standing();
    const done = await troupe(project, words);
    expect(done.code).toBe(6);
    expect(done.err).toContain('error[APPROVAL_NEEDED]');
    expect(done.err).toContain(`try: troupe ${words.join(' ')} --yes`);
    expect(await standing()).toEqual(before);
  });

  test.each([
    ['', []],
    [' --branch it', ['--branch', 'it']],
    [" --patch '[^']*out 1.patch'", ['--patch', 'out 1.patch']],
  ])('exits with 6 after the work, which is kept to be applied: run --apply%s [R125]', async (flags, words) => {
    const done = await troupe(project, ['run', '-f', 'greet.yaml', '--apply', ...words]);
    expect(done.code).toBe(6);
    const hint = new RegExp(`try: (troupe plan apply \\w{8}${flags} --yes)`).exec(done.err)?.[1] ?? '';
    expect(await standing()).toMatchObject({ phase: 'execute', state: 'complete' });
    expect((await troupe(project, argvOf(hint).slice(1))).code).toBe(0);
    expect(await told(project, ['plan', 'list', '--all'])).toMatchObject({ data: { plans: [{ state: 'applied' }] } });
  });
});
