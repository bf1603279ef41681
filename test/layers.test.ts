import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src', 'machines', 'actors', 'features', 'examples'];

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}
interface Cruise {
  modules: { source: string }[];
  summary: { violations: Violation[]; totalCruised: number };
}

/** Runs dependency-cruiser as the script `layers` does, and returns its report. */
async function cruise(directory: string): Promise<Cruise> {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const words = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  try {
    return JSON.parse((await run(process.execPath, words, { cwd: directory, maxBuffer: 2 ** 28 })).stdout);
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return JSON.parse(stdout);
  }
}

/** One forbidden import per rule. Every other file of the same tree follows the rules. */
const planted: { rule: string; from: string; code: string; to: RegExp }[] = [
  { rule: 'model', from: 'src/model/plant.ts', code: "import { a } from '../durable/a.ts';", to: /durable\/a/ },
  { rule: 'model', from: 'src/model/node.ts', code: "import { readFile } from 'node:fs';", to: /^fs$/ },
  { rule: 'ports', from: 'src/ports/plant.ts', code: "import type { a } from '../durable/a.ts';", to: /durable\/a/ },
  { rule: 'ports-hold-no-code', from: 'src/ports/code.ts', code: "import { a } from '../model/a.ts';", to: /model\/a/ },
  { rule: 'durable', from: 'src/durable/plant.ts', code: "import type { a } from '../model/a.ts';", to: /model\/a/ },
  {
    rule: 'durable',
    from: 'src/durable/chart.ts',
    code: "import { a } from '../../machines/a.ts';",
    to: /machines\/a/,
  },
  { rule: 'machines', from: 'machines/plant.ts', code: "import type { a } from '../src/ports/a.ts';", to: /ports\/a/ },
  { rule: 'machines', from: 'machines/node.ts', code: "import { createHash } from 'node:crypto';", to: /^crypto$/ },
  { rule: 'actors', from: 'actors/plant.ts', code: "import { a } from '../src/adapters/a.ts';", to: /adapters\/a/ },
  { rule: 'actors', from: 'actors/node.ts', code: "import { readFile } from 'node:fs';", to: /^fs$/ },
  { rule: 'actors', from: 'actors/chart.ts', code: "import type { a } from '../machines/a.ts';", to: /machines\/a/ },
  { rule: 'adapters', from: 'src/adapters/plant.ts', code: "import { a } from '../runtime/a.ts';", to: /runtime\/a/ },
  { rule: 'libraries', from: 'src/libraries/plant.ts', code: "import { a } from '../model/a.ts';", to: /model\/a/ },
  {
    rule: 'runtime',
    from: 'src/runtime/plant.ts',
    code: "import type { a } from '../adapters/a.ts';",
    to: /adapters\/a/,
  },
  { rule: 'runtime', from: 'src/host/plant.ts', code: "import { a } from '../cli/a.ts';", to: /cli\/a/ },
  { rule: 'testing', from: 'src/testing/plant.ts', code: "import { a } from '../adapters/a.ts';", to: /adapters\/a/ },
  { rule: 'entry-points', from: 'src/plant.ts', code: "import { a } from './cli/a.ts';", to: /cli\/a/ },
  { rule: 'cli', from: 'src/cli/plant.ts', code: "import type { a } from '../model/a.ts';", to: /model\/a/ },
  { rule: 'presentation', from: 'src/presentation/plant.ts', code: "import { a } from '../cli/a.ts';", to: /cli\/a/ },
  { rule: 'cli', from: 'src/cli/other.ts', code: "import { a } from '../tui/plant.ts';", to: /tui\/plant/ },
  { rule: 'inspector', from: 'src/inspector/plant.ts', code: "import { a } from '../cli/a.ts';", to: /cli\/a/ },
  { rule: 'tui', from: 'src/tui/plant.ts', code: "import { a } from '../runtime/a.ts';", to: /runtime\/a/ },
  { rule: 'cli', from: 'src/cli.ts', code: "import { a } from './adapters/a.ts';", to: /adapters\/a/ },
  { rule: 'showcase', from: 'features/plant.ts', code: "import { a } from '../src/model/a.ts';", to: /model\/a/ },
  { rule: 'showcase', from: 'examples/1-plant/a.ts', code: "import { a } from '../../src/cli/a.ts';", to: /cli\/a/ },
  {
    rule: 'command-driver',
    from: 'features/support/drivers/command.ts',
    code: "import { a } from '../../../src/cli/a.ts';",
    to: /cli\/a/,
  },
  { rule: 'no-cycle', from: 'src/cli/cycle.ts', code: "import { a } from './elcyc.ts';", to: /cli\/elcyc/ },
  { rule: 'resolvable', from: 'src/adapters/lost.ts', code: "import { a } from './nowhere.ts';", to: /nowhere/ },
  {
    rule: 'no-dev-dependencies',
    from: 'src/adapters/dev.ts',
    code: "import { test } from 'vitest';",
    to: /vitest/,
  },
];

const innocent: Record<string, string> = {
  'src/model/a.ts': "import { z } from 'zod';\nexport const a = z.string();\n",
  'src/model/errors.ts': 'export const error = 1;\n',
  'src/ports/a.ts': "import type { a } from '../model/a.ts';\nexport type A = typeof a;\n",
  'src/ports/store.ts': 'export interface Store {}\n',
  'src/durable/a.ts':
    "import { setup } from 'xstate';\nimport { error } from '../model/errors.ts';\nimport type { Store } from '../ports/store.ts';\nexport type S = Store;\nexport const a = [setup, error];\n",
  'src/durable/effect.ts': 'export const effect = 1;\n',
  'machines/a.ts':
    "import { setup } from 'xstate';\nimport { a as word } from '../src/model/a.ts';\nexport const a = [setup, word];\n",
  'machines/index.ts': "export { a } from './a.ts';\n",
  'actors/a.ts':
    "import { effect } from '../src/durable/effect.ts';\nimport type { A } from '../src/ports/a.ts';\nexport type B = A;\nexport const a = effect;\n",
  'src/adapters/a.ts':
    "import { readFile } from 'node:fs';\nimport { Level } from 'level';\nimport type { Store } from '../ports/store.ts';\nexport type S = Store;\nexport const a = [readFile, Level];\n",
  'src/libraries/a.ts': "export { test } from 'vitest';\n",
  'src/runtime/a.ts':
    "import { a as verb } from '../../actors/a.ts';\nimport { a as chart } from '../../machines/a.ts';\nimport { a as system } from '../durable/a.ts';\nexport const a = [verb, chart, system];\n",
  'src/testing/a.ts': "import type { Store } from '../ports/store.ts';\nexport type S = Store;\n",
  'src/index.ts':
    "export { a } from './runtime/a.ts';\nexport { a as b } from './adapters/a.ts';\nexport type { S } from './testing/a.ts';\n",
  'src/cli/a.ts':
    "import { Command } from 'commander';\nimport { a as entry } from '../index.ts';\nexport const a = [Command, entry];\n",
  'src/cli/elcyc.ts': "import { a as b } from './cycle.ts';\nexport const a = b;\n",
  'features/a.ts':
    "import { a as entry } from 'troupe';\nimport { a as charts } from 'troupe/machines';\nexport const a = [entry, charts];\n",
  'examples/1-plant/entry.ts': "import { a } from 'troupe';\nexport const b = a;\n",
};

describe('the layers', () => {
  let directory: string;
  let found: Violation[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'troupe-layers-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, file), join(directory, file));
    }
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const files = { ...innocent, ...Object.fromEntries(planted.map(({ from, code }) => [from, `${code}\n`])) };
    for (const [path, code] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), code);
    }
    found = (await cruise(directory)).summary.violations;
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(planted)('$from breaks the rule $rule and is found', ({ rule, from, to }) => {
    const hits = found.filter(violation => violation.from === from && violation.rule.name === rule);
    expect(hits.map(hit => hit.to)).toEqual([expect.stringMatching(to)]);
  });

  test('every rule has a planted violation [R203]', () => {
    const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
    expect([...new Set(planted.map(plant => plant.rule))].sort()).toEqual(
      config.forbidden.map(({ name }) => name).sort(),
    );
  });

  test('files that follow the rules pass', () => {
    const guilty = new Set(planted.map(plant => plant.from)).add('src/cli/elcyc.ts');
    expect(found.filter(violation => !guilty.has(violation.from))).toEqual([]);
  });

  test('the real tree follows every rule, and every file of it was checked [R203]', { timeout: 180_000 }, async () => {
    const { modules, summary } = await cruise(root);
    expect(summary.violations).toEqual([]);
    const seen = new Set(modules.map(({ source }) => source));
    const files = folders.flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(path => /\.[cm]?[jt]s$/.test(path))
        .map(path => `${folder}/${path}`),
    );
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter(file => !seen.has(file))).toEqual([]);
  });
});
