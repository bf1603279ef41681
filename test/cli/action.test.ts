import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { greet } from './actions.ts';
import { type Repository, repository } from './repository.ts';
import { told, troupe } from './shell.ts';

describe('actions', () => {
  let project: Repository;
  beforeEach(() => {
    project = repository();
    project.write('greet.yaml', greet);
  });
  afterEach(() => project.remove());

  test('are stored from a file, listed, shown and used', async () => {
    expect((await troupe(project, ['action', 'list'])).out).toContain('No actions');
    const created = await troupe(project, ['action', 'create', '-f', 'greet.yaml']);
    expect(created).toMatchObject({ code: 0, out: expect.stringContaining('troupe run --action local/greet') });
    expect((await troupe(project, ['action', 'list'])).out).toContain('local/greet  Greet {{who}}');
    expect(await told(project, ['action', 'list'])).toMatchObject({ data: { actions: [{ name: 'local/greet' }] } });
    expect(await told(project, ['run', '--action', 'GREET'])).toMatchObject({ data: { plan: { state: 'complete' } } });
  });

  test('[R163] may extend a file beside them, from wherever they are used, and a stored one', async () => {
    project.write('lib/base.yaml', greet.replace(/^name:.*\n/m, ''));
    project.write('own.yaml', 'extends: ./lib/base.yaml\nname: local/own\ndescription: Our own {{who}}\n');
    const { data } = await told(project, ['run', '-f', 'own.yaml', '--arg', 'who=you']);
    expect(data).toMatchObject({ plan: { state: 'complete', action_name: 'local/own', description: 'Our own you' } });
    expect((await troupe(project, ['action', 'create', '-f', 'own.yaml'])).code).toBe(0);
    project.write('next.yaml', 'extends: local/own\nname: local/next\n');
    const ran = await told(project, ['run', '-f', 'next.yaml', '--arg', 'who=all']);
    expect(ran.data).toMatchObject({ plan: { action_name: 'local/next', description: 'Our own all' } });
    expect((await troupe(project, ['plan', 'use', '-f', 'next.yaml', '--arg', 'who=all'])).code).toBe(0);
    project.write('none.yaml', 'extends: local/none\nname: local/x\n');
    expect((await troupe(project, ['run', '-f', 'none.yaml'])).err).toContain('UNKNOWN_ACTION');
    expect((await troupe(project, ['action', 'create', '-f', 'next.yaml'])).code).toBe(0);
    expect((await troupe(project, ['action', 'show', 'next'])).out).toContain('Our own {{who}}');
    project.write('lost.yaml', 'extends: ./nowhere.yaml\nname: local/lost\n');
    expect((await troupe(project, ['run', '-f', 'lost.yaml'])).err).toContain('FILE_NOT_FOUND');
  });

  test('[R56] come back with every field of their file', async () => {
    await told(project, ['action', 'create', '-f', 'greet.yaml']);
    const { out } = await troupe(project, ['action', 'show', 'greet']);
    expect(parse(out)).toMatchObject(parse(greet, (key, value) => (key === 'validations' ? undefined : value)));
    expect(parse(out)).toMatchObject({ validations: [{ name: 'it is there', required: true }] });
    expect(await told(project, ['action', 'show', 'greet'])).toMatchObject({
      data: { action: { name: 'local/greet' } },
    });
  });

  test('are not stored when their file is wrong, or not named', async () => {
    project.write('bad.yaml', `${greet}validation: []\n`);
    const bad = await troupe(project, ['action', 'create', '-f', 'bad.yaml']);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('did you mean validations?') });
    expect(bad.err).toMatch(/at bad\.yaml:\d+:1/);
    expect(await troupe(project, ['action', 'create'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('-f FILE'),
    });
    expect(await told(project, ['action', 'list'])).toMatchObject({ data: { actions: [] } });
  });
});
