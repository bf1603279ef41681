import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exitCodeMeanings } from '../../src/cli/commands/help.run.ts';
import { commandDefinitions, globalFlags } from '../../src/cli/commands/index.ts';
import { dataSchemas } from '../../src/cli/schemas/index.ts';
import { errorCodes } from '../../src/model/errors.ts';

const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');

describe('the reference page of the command line', () => {
  test('lists every command with its summary, examples and flags, and no other', () => {
    const headings = [...page.matchAll(/^### `troupe ([a-z]+(?: [a-z]+){0,2})/gm)].map(([, path]) => path);
    expect(headings).toEqual(commandDefinitions.map(({ path }) => path));
    for (const verb of commandDefinitions) {
      const section = page.split(`### \`troupe ${verb.path}`)[1]?.split('\n### ')[0] ?? '';
      expect(section).toContain(`${verb.summary}.`);
      for (const [example] of verb.examples) expect(section).toContain(example);
      for (const { flags } of verb.flags ?? []) expect(section).toContain(`| \`${flags}\` |`);
    }
    for (const [flags, meaning] of globalFlags) expect(page).toContain(`| \`${flags}\` | ${meaning} |`);
  });

  test('lists every exit code of an error, with its meaning', () => {
    const codes = new Set(Object.values(errorCodes).map(({ exitCode }) => exitCode));
    expect([...codes].filter(code => !(code in exitCodeMeanings))).toEqual([]);
    for (const [code, meaning] of Object.entries(exitCodeMeanings)) expect(page).toContain(`| ${code} | ${meaning} |`);
  });

  test('[R120] covers the same commands as the output schemas', () => {
    expect(Object.keys(dataSchemas).sort()).toEqual(commandDefinitions.map(({ path }) => path).sort());
  });
});
