/** Valid names: one rule for actions, agents, tools, profiles, resources and projects. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { loadSettings } from '../../src/cli/project/config.ts';
import { gitProject, linkedProjects } from '../../src/git.ts';
import { Action, type Agent, openTroupe, type Tool, TroupeError, type TroupeOptions } from '../../src/index.ts';
import { assertValidNames } from '../../src/runtime/option-names.ts';
import { findProfile } from '../../src/runtime/profiles/profiles.ts';
import { createTestProject } from './test-project.ts';

const agent: Agent = { check: async () => {}, run: async () => ({ decisions: [], summary: '' }) };
const tool = (name: string, ...aliases: string[]): Tool => ({
  ...{ name, aliases, description: 'Does it', input: z.unknown(), output: z.unknown(), sideEffects: [] },
  run: async () => null,
});

const kinds: Record<string, (name: string) => Partial<TroupeOptions>> = {
  agent: name => ({ agents: { [name]: agent } }),
  tool: name => ({ tools: [tool(name)] }),
  'alias of a tool': name => ({ tools: [tool('local/mine', name)] }),
  profile: name => ({ profiles: [{ ...findProfile('ci'), name }] }),
  resource: name => ({ resources: [{ name, paths: ['db'], merge: null }] }),
};

const names = {
  good: ['a', 'A1', 'a1/x_1-b', 'home:tools/x', 'local/rename', 'builtin-like/x'],
  bad: ['', '1a', 'a b', 'a/b/c', 'local/1x', 'a.b', 'system/x', 'OpenAI/x', 'ä', 'a\n', 'x'.repeat(201)],
};

async function refusalOf(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (thrown) {
    return TroupeError.is(thrown) ? thrown.code : String(thrown);
  }
}

test.each(Object.entries(kinds))('A name follows the rule for names of actions: %s [R119]', async (_, optionsOf) => {
  for (const name of [...names.good, ...names.bad]) {
    const isAction = Action.shape.name.safeParse(name).success;
    expect([name, isAction]).toEqual([name, names.good.includes(name)]);
    expect([name, await refusalOf(() => assertValidNames(optionsOf(name)))]).toEqual([
      name,
      isAction ? null : 'INVALID_NAME',
    ]);
  }
});

test.each(Object.entries(kinds))('Troupe does not open with an invalid name: %s [R119]', async (_, optionsOf) => {
  const opening = openTroupe({ store: memoryStore(), project: gitProject(tmpdir()), ...optionsOf('not a name') });
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_NAME',
    message: expect.stringContaining('"not a name"'),
  });
});

test('Names that differ only in case are equal: a duplicate is refused, and each spelling is found [R119]', async () => {
  const twice = { agents: { Writer: agent, 'local/writer': agent } };
  expect(await refusalOf(() => assertValidNames(twice))).toBe('INVALID_NAME');
  expect(
    await refusalOf(() => assertValidNames({ profiles: [findProfile('ci'), { ...findProfile('ci'), name: 'CI' }] })),
  ).toBe('INVALID_NAME');
  const testProject = await createTestProject({
    Writer: task => task.call('BUILTIN/Write', { path: 'b.txt', content: 'b' }),
  });
  await testProject.troupe.actions.create({ name: 'Play', description: 'Play', executionActor: 'LOCAL/writer' });
  const plan = await testProject.troupe.use({ action: 'local/PLAY', profile: 'Trusted' });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  expect([record.state, record.automationProfile, record.profileSnapshot]).toEqual([
    ...['complete', 'trusted', findProfile('trusted')],
  ]);
});

test('The name of a project has a single part [R119]', async () => {
  const linked = (alias: string) =>
    linkedProjects([
      ['main', gitProject(tmpdir())],
      [alias, gitProject(tmpdir())],
    ]);
  for (const name of [...names.good, ...names.bad]) {
    const isAlias = names.good.includes(name) && !/[/:]/.test(name);
    expect([name, await refusalOf(() => linked(name))]).toEqual([name, isAlias ? null : 'USAGE']);
  }
});

test('A profile in a configuration file is refused by the same rule, naming the file [R119]', async () => {
  const home = mkdtempSync(join(tmpdir(), 'troupe-names-'));
  const settings = (name: string) => {
    writeFileSync(join(home, 'config.yaml'), `profiles:\n  ${JSON.stringify(name)}: { extends: ci }\n`);
    return loadSettings({ home }, { XDG_CONFIG_HOME: join(home, 'shared') });
  };
  for (const name of names.good) expect((await settings(name)).profiles?.map(profile => profile.name)).toEqual([name]);
  for (const name of names.bad) {
    await expect(settings(name)).rejects.toMatchObject({ code: 'INVALID_CONFIG', where: join(home, 'config.yaml') });
  }
  rmSync(home, { recursive: true });
});
