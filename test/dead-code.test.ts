/** Code that nothing reaches is found: knip and biome run as `npm run check` runs them, on a small tree with planted mistakes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const planted = {
  'package.json': '{ "name": "planted", "type": "module", "dependencies": { "zod": "4" } }\n',
  'src/index.ts': "import { used } from './runtime/used.ts';\n\nexport const entry = used;\n",
  'src/runtime/used.ts':
    'export const used = 1;\nexport const dead = 2;\nexport type Dead = string;\nexport const tried = 3;\n',
  'test/used.test.ts': "import { tried } from '../src/runtime/used.ts';\n\nconsole.log(tried);\n",
  'src/runtime/alone.ts': 'export const alone = 1;\n',
  'src/runtime/within.ts':
    "import { used } from './used.ts';\n\nfunction never(): void {}\n\nexport function early(): number {\n  return 1;\n  return 2;\n}\n",
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-dead-'));
  for (const name of ['knip.json', 'biome.json', '.gitignore']) cpSync(join(root, name), join(folder, name));
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program of node_modules prints as JSON, and how it ends. */
function report(program: string, words: string[]): { status: number | null; found: unknown } {
  const path = join(root, 'node_modules', program);
  const { status, stdout } = spawnSync(process.execPath, [path, ...words], { cwd: folder, encoding: 'utf8' });
  return { status, found: JSON.parse(stdout) };
}

test('Unused files, exports, types and dependencies are found [R67]', { timeout: 60_000 }, () => {
  // Most of the folders that the configuration names are not in this tree.
  const { status, found } = report('knip/bin/knip.js', ['--no-config-hints', '--reporter', 'json']);
  expect(status).toBe(1);
  expect(found).toMatchObject({
    files: ['src/runtime/alone.ts', 'src/runtime/within.ts'],
    issues: [
      { file: 'package.json', dependencies: [{ name: 'zod' }] },
      { file: 'src/runtime/used.ts', exports: [{ name: 'dead' }], types: [{ name: 'Dead' }] },
    ],
  });
});

test('An export that only tests use is found [R67]', { timeout: 60_000 }, () => {
  const { status, found } = report('knip/bin/knip.js', [
    ...['--production', '--no-config-hints', '--reporter', 'json'],
  ]);
  expect(status).toBe(1);
  const { issues } = found as { issues: { file: string; exports: { name: string }[] }[] };
  const used = issues.find(({ file }) => file === 'src/runtime/used.ts');
  expect(used?.exports.map(({ name }) => name)).toEqual(['dead', 'tried']);
});

test('Unreachable imports, functions and statements are found [R67]', { timeout: 60_000 }, () => {
  const { status, found } = report('@biomejs/biome/bin/biome', ['lint', '--error-on-warnings', '--reporter=json', '.']);
  expect(status).toBe(1);
  const { diagnostics } = found as { diagnostics: { category: string; location: { path: { file: string } } }[] };
  expect(diagnostics.map(({ category, location }) => `${location.path.file} ${category}`).sort()).toEqual([
    'src/runtime/within.ts lint/correctness/noUnreachable',
    'src/runtime/within.ts lint/correctness/noUnusedImports',
    'src/runtime/within.ts lint/correctness/noUnusedVariables',
  ]);
});
