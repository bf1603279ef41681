import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadUiSettings } from '../../src/cli/ui-settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'troupe-settings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (folder: string, text: string) => {
  mkdirSync(join(folder, 'troupe'), { recursive: true });
  writeFileSync(join(folder, 'troupe', 'ui.json'), text);
};

test('settings of the terminal UI are optional', async () => {
  expect((await loadUiSettings({ env: { HOME: home } })).settings).toEqual({ keys: {} });
});

test('settings of the terminal UI are in the configuration folder of the user', async () => {
  write(join(home, '.config'), '{ "theme": "light", "keys": { "pause": "P", "down": ["j", "ctrl+n"] } }');
  const wanted = { theme: 'light', keys: { pause: 'P', down: ['j', 'ctrl+n'] } };
  expect((await loadUiSettings({ env: { HOME: home } })).settings).toEqual(wanted);
  write(join(home, 'own'), '{}');
  expect((await loadUiSettings({ env: { HOME: home, XDG_CONFIG_HOME: join(home, 'own') } })).settings).toEqual({
    keys: {},
  });
});

test('invalid settings of the terminal UI are reported with their file', async () => {
  for (const [text, why] of [
    ['{', 'These settings cannot be read'],
    ['{ "theme": "pink" }', 'theme'],
    ['{ "thema": "light" }', 'thema'],
  ]) {
    write(join(home, '.config'), text ?? '');
    await expect(loadUiSettings({ env: { HOME: home } })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(why ?? ''),
      where: join(home, '.config', 'troupe', 'ui.json'),
    });
  }
});
