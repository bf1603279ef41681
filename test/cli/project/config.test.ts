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
  test('are none where there is no file, or an empty one', async () => {
    expect(await settings()).toEqual({ profiles: [], notify: null });
    project('');
    expect(await settings()).toEqual({ profiles: [], notify: null });
  });

  test('of the project go before those of the person', async () => {
    person('profile: manual\nactor: { default: { reconciliation: builtin } }\n');
    expect(await settings()).toMatchObject({ profile: 'manual', reconciliation: 'builtin' });
    project('profile: supervised\nactor: { default: { reconciliation: null } }\n');
    expect(await settings()).toMatchObject({ profile: 'supervised', reconciliation: null });
    project('actor: { default: {} }\n');
    expect(await settings()).toMatchObject({ profile: 'manual', reconciliation: 'builtin' });
    person('actor: {}\n');
    expect(await settings()).toEqual({ profiles: [], notify: null });
  });

  test('say how much is kept of the log of a plan', async () => {
    person('logMiB: 8\n');
    expect(await settings()).toMatchObject({ logBytesMax: 8 * 1024 * 1024 });
    project('logMiB: 1\n');
    expect(await settings()).toMatchObject({ logBytesMax: 1024 * 1024 });
    project('logMiB: 0\n');
    await expect(settings()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  test('say how long git hooks and signing may take [R187]', async () => {
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

  test('name a program that hears when somebody is needed, of every need unless they say of which [R150]', async () => {
    person('notify: { command: [notify-send, Troupe] }\n');
    expect((await settings()).notify).toEqual({
      command: ['notify-send', 'Troupe'],
      on: ['needs-approval', 'conflict', 'failed', 'done'],
    });
    person('notify: { command: [beep], on: [conflict] }\n');
    expect((await settings()).notify).toEqual({ command: ['beep'], on: ['conflict'] });
  });

  test('of a project start no program: whoever brought its folder may have written them', async () => {
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
  ])('are refused where the file %s', async (_, text, said) => {
    project(text);
    await expect(settings()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining(said),
      where: join(above, 'home/config.yaml'),
    });
  });

  test('that cannot be read are not taken for none', async () => {
    mkdirSync(join(above, 'home/config.yaml'));
    await expect(settings()).rejects.toThrow('EISDIR');
  });

  test('for all projects lie where the environment says', () => {
    expect(userConfigDir({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/troupe');
    expect(userConfigDir({ HOME: '/h' })).toBe('/h/.config/troupe');
    expect(userConfigDir({})).toBe('/.config/troupe');
  });
});
