import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, userConfigDir } from '../../../src/cli/project/config.ts';

let above: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'troupe-config-'));
  for (const folder of ['home', 'config/troupe']) mkdirSync(join(above, folder), { recursive: true });
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const project = (text: string) => writeFileSync(join(above, 'home/config.yaml'), text);
const person = (text: string) => writeFileSync(join(above, 'config/troupe/config.yaml'), text);
const settings = () => loadSettings({ home: join(above, 'home') }, { XDG_CONFIG_HOME: join(above, 'config') });

describe('settings', () => {
  test('are empty when the file is missing or empty', async () => {
    expect(await settings()).toEqual({ profiles: [], prices: {}, notify: null, workers: {} });
    project('');
    expect(await settings()).toEqual({ profiles: [], prices: {}, notify: null, workers: {} });
  });

  test('of the project override those of the user', async () => {
    person('profile: manual\nactor: { default: { reconciliation: builtin } }\n');
    expect(await settings()).toMatchObject({ profile: 'manual', reconciliation: 'builtin' });
    project('profile: supervised\nactor: { default: { reconciliation: null } }\n');
    expect(await settings()).toMatchObject({ profile: 'supervised', reconciliation: null });
    project('actor: { default: {} }\n');
    expect(await settings()).toMatchObject({ profile: 'manual', reconciliation: 'builtin' });
    person('actor: {}\n');
    expect(await settings()).toEqual({ profiles: [], prices: {}, notify: null, workers: {} });
  });

  test('name prices of models, those of the project before those of the user [R226]', async () => {
    person('prices: { gpt-5-codex: { input: 1, output: 2 }, "qwen/coder": { input: 3, output: 4 } }\n');
    project('prices: { gpt-5-codex: { input: 5, output: 6, cacheRead: 0.5 } }\n');
    expect((await settings()).prices).toEqual({
      'gpt-5-codex': { input: 5, output: 6, cacheRead: 0.5 },
      'qwen/coder': { input: 3, output: 4 },
    });
    project('prices: { gpt-5-codex: { input: 5 } }\n');
    await expect(settings()).rejects.toMatchObject({ message: expect.stringContaining('prices.gpt-5-codex.output') });
  });

  test('limit how much of the log of a plan is kept', async () => {
    person('logMiB: 8\n');
    expect(await settings()).toMatchObject({ logBytesMax: 8 * 1024 * 1024 });
    project('logMiB: 1\n');
    expect(await settings()).toMatchObject({ logBytesMax: 1024 * 1024 });
    project('logMiB: 0\n');
    await expect(settings()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  test('limit how long git hooks and signing may take [R187]', async () => {
    person('apply: { hookTimeoutSeconds: 90 }\n');
    expect(await settings()).toMatchObject({ hookTimeoutMs: 90_000 });
    project('apply: { hookTimeoutSeconds: 0.5 }\n');
    expect(await settings()).toMatchObject({ hookTimeoutMs: 500 });
    project('apply: { hookTimeoutSeconds: 0 }\n');
    await expect(settings()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('apply.hookTimeoutSeconds'),
    });
  });

  test('name a program to notify, of every need unless they list some [R150]', async () => {
    person('notify: { command: [notify-send, Troupe] }\n');
    expect((await settings()).notify).toEqual({
      command: ['notify-send', 'Troupe'],
      on: ['needs-approval', 'conflict', 'failed', 'done'],
    });
    person('notify: { command: [beep], on: [conflict] }\n');
    expect((await settings()).notify).toEqual({ command: ['beep'], on: ['conflict'] });
  });

  test('of a project start no program, since the project may come from an untrusted source', async () => {
    project('notify: { command: [beep] }\n');
    await expect(settings()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('notify'),
    });
  });

  test.each([
    ['is no YAML', 'a: [', 'This is no YAML'],
    ['has an unknown key', 'colour: red', 'colour'],
    ['has a value of another kind', 'profile: 3', 'profile: '],
    ['is a list', '[]', 'must be a map of keys, not a list'],
  ])('are rejected when the file %s', async (_, text, message) => {
    project(text);
    await expect(settings()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining(message),
      where: join(above, 'home/config.yaml'),
    });
  });

  test('that cannot be read are an error', async () => {
    mkdirSync(join(above, 'home/config.yaml'));
    await expect(settings()).rejects.toThrow('EISDIR');
  });

  test('for all projects are in the folder that the environment names', () => {
    expect(userConfigDir({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/troupe');
    expect(userConfigDir({ HOME: '/h' })).toBe('/h/.config/troupe');
    expect(userConfigDir({})).toBe('/.config/troupe');
  });
});
