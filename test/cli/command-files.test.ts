/** The words of a command are the path of its file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandDefinitions } from '../../src/cli/commands/index.ts';
import { root } from '../sources.ts';

const folder = join(root, 'src/cli/commands');

describe('the file of a command', () => {
  test.each(
    commandDefinitions.map(definition => [definition.path, definition] as const),
  )('troupe %s holds its definition; the run function is beside it, and loaded only to run', async (path, definition) => {
    const file = join(folder, path.replaceAll(' ', '/'));
    expect((await import(`${file}.ts`)).command).toBe(definition);
    expect(readFileSync(`${file}.ts`, 'utf8')).toContain(`load: () => import('./${path.split(' ').at(-1)}.run.ts')`);
    expect(existsSync(`${file}.run.ts`)).toBe(true);
  });

  test('is in the registry', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => file.replaceAll('\\', '/'));
    const paths = files.flatMap(file => /^(.*)\.run\.ts$/.exec(file)?.[1]?.replaceAll('/', ' ') ?? []);
    expect(paths.sort()).toEqual(commandDefinitions.map(({ path }) => path).sort());
  });
});
