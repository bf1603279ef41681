import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeMergeSettings } from '../../../../src/adapters/merge/tree/merge-settings.ts';
import { tempDirectories } from '../../temp-directories.ts';

const folder = tempDirectories();

test.each([
  ['no home', {}, []],
  ['a home', { HOME: 'home' }, ['home/.gitconfig', 'home/.config/git/config', 'home/.config/git/attributes']],
  ['a folder for settings', { XDG_CONFIG_HOME: 'settings' }, ['settings/git/config', 'settings/git/attributes']],
  ['both', { HOME: 'home', XDG_CONFIG_HOME: 'settings' }, ['home/.gitconfig', 'settings/git/config']],
])('The settings of a merge change with each of their files: with %s', async (_, names, ofUser) => {
  const directory = folder();
  const env = Object.fromEntries(Object.entries(names).map(([name, place]) => [name, join(directory, place)]));
  const repository = { gitDir: join(directory, 'git'), directory, env };
  const places = ['home/.config/git', 'settings/git', 'git/info'];
  for (const place of places) mkdirSync(join(directory, place), { recursive: true });
  const seen = [await describeMergeSettings(repository)];
  expect(await describeMergeSettings(repository)).toBe(seen[0]);
  for (const file of ['git/config', 'git/info/attributes', '.gitattributes', ...ofUser]) {
    writeFileSync(join(directory, file), '');
    seen.push(await describeMergeSettings(repository));
  }
  expect(new Set(seen).size).toBe(seen.length);
});
