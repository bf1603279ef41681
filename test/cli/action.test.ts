import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

describe('an action', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
  });
  afterEach(() => project.remove());

  test('is stored from a file, listed, shown and used', async () => {
    expect((await runTroupe(project, ['action', 'list'])).out).toContain('No actions');
    const created = await runTroupe(project, ['action', 'create', '-f', 'greet.yaml']);
    expect(created).toMatchObject({ code: 0, out: expect.stringContaining('troupe run --action local/greet') });
    expect((await runTroupe(project, ['action', 'list'])).out).toContain('local/greet  Greet {{who}}');
    expect(await runTroupeJson(project, ['action', 'list'])).toMatchObject({
      data: { actions: [{ name: 'local/greet' }] },
    });
    expect(await runTroupeJson(project, ['run', '--action', 'GREET'])).toMatchObject({
      data: { plan: { state: 'complete' } },
    });
  });

  test('[R163] extends a file next to its own, in whatever folder it is used, or a stored action', async () => {
    project.write('lib/base.yaml', greetAction.replace(/^name:.*\n/m, ''));
    project.write('own.yaml', 'extends: ./lib/base.yaml\nname: local/own\ndescription: Our own {{who}}\n');
    const { data } = await runTroupeJson(project, ['run', '-f', 'own.yaml', '--arg', 'who=you']);
    expect(data).toMatchObject({ plan: { state: 'complete', action_name: 'local/own', description: 'Our own you' } });
    expect((await runTroupe(project, ['action', 'create', '-f', 'own.yaml'])).code).toBe(0);
    project.write('next.yaml', 'extends: local/own\nname: local/next\n');
    const ran = await runTroupeJson(project, ['run', '-f', 'next.yaml', '--arg', 'who=all']);
    expect(ran.data).toMatchObject({ plan: { action_name: 'local/next', description: 'Our own all' } });
    expect((await runTroupe(project, ['plan', 'use', '-f', 'next.yaml', '--arg', 'who=all'])).code).toBe(0);
    project.write('none.yaml', 'extends: local/none\nname: local/x\n');
    expect((await runTroupe(project, ['run', '-f', 'none.yaml'])).err).toContain('UNKNOWN_ACTION');
    expect((await runTroupe(project, ['action', 'create', '-f', 'next.yaml'])).code).toBe(0);
    expect((await runTroupe(project, ['action', 'show', 'next'])).out).toContain('Our own {{who}}');
    project.write('lost.yaml', 'extends: ./nowhere.yaml\nname: local/lost\n');
    expect((await runTroupe(project, ['run', '-f', 'lost.yaml'])).err).toContain('FILE_NOT_FOUND');
  });

  test('[R56] is returned with every field of its file', async () => {
    await runTroupeJson(project, ['action', 'create', '-f', 'greet.yaml']);
    const { out } = await runTroupe(project, ['action', 'show', 'greet']);
    expect(parse(out)).toMatchObject(parse(greetAction, (key, value) => (key === 'validations' ? undefined : value)));
    expect(parse(out)).toMatchObject({ validations: [{ name: 'it is there', required: true }] });
    expect(await runTroupeJson(project, ['action', 'show', 'greet'])).toMatchObject({
      data: { action: { name: 'local/greet' } },
    });
  });

  test('is not stored when its file is invalid or not named', async () => {
    project.write('bad.yaml', `${greetAction}validation: []\n`);
    const bad = await runTroupe(project, ['action', 'create', '-f', 'bad.yaml']);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('did you mean validations?') });
    expect(bad.err).toMatch(/at bad\.yaml:\d+:1/);
    expect(await runTroupe(project, ['action', 'create'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('-f FILE'),
    });
    expect(await runTroupeJson(project, ['action', 'list'])).toMatchObject({ data: { actions: [] } });
  });
});
