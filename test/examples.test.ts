/**
 * The examples as JavaScript beside the built package, if nothing was changed since the build, which `npm test` sees to: compiled at each
 * start they would take five times as long to load. What an example starts by itself, and that of the README, is compiled at its start.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleProject } from '../examples/project.ts';
import { stubPath } from './agents/stub-programs.ts';
import { isBuildCurrent, troupeProgram } from './cli/own-process.ts';
import { compile } from './compile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
/** Where the compiled examples are; null when they run from their sources. */
let compiled: string | null = null;

beforeAll(() => {
  if (!isBuildCurrent()) return;
  compiled = mkdtempSync(join(tmpdir(), 'troupe-examples-'));
  const names = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' });
  const programs = names.filter(name => /(?<!\.d)\.ts$/.test(name)).map(name => join('examples', name));
  cpSync(join(root, 'examples'), join(compiled, 'examples'), { recursive: true });
  compile(programs, compiled);
  // So `troupe` is the package itself.
  cpSync(join(root, 'package.json'), join(compiled, 'package.json'));
  symlinkSync(join(root, 'dist'), join(compiled, 'dist'));
});
afterAll(() => {
  if (compiled !== null) rmSync(compiled, { recursive: true });
});

/** Runs an example. */
const example = (file: string, env: NodeJS.ProcessEnv = process.env) => {
  const words =
    compiled === null
      ? ['--import', 'tsx', join('examples', file)]
      : [join(compiled, 'examples', file.replace(/\.ts$/, '.js'))];
  return run(process.execPath, words, { cwd: root, env });
};

/** The same with lines typed into it. */
const typedInto = (file: string, lines: string) => {
  const ran = example(file);
  ran.child.stdin?.end(lines);
  return ran;
};

test.each([
  ['conflict/conflict.ts', /colour\.txt: content, brought by “Paint it red”/],
  ['crash/crash.ts', /killed in the middle; opening again\none\.txt two\.txt three\.txt four\.txt five\.txt/],
  ['invariant/invariant.ts', /execute\.errored: .*Tests are not changed/],
  ['database/database.ts', /people 2: \[2,"Beau"\] or \[2,"Bob"\]\n\[ 'Ada', 'Bob', 'Cleo', 'Dan' \]/],
  ['embedding/embed.ts', /plan\.created[\s\S]*plan\.phase_changed/],
  [
    'durable-instances/orders.ts',
    /^asleep: 1000 awake: 0\nlarge orders of ada: 970 \(970\), 980 \(980\), 990 \(1090\)\nreminded: please pay \/ your order waits\nreports: daily\/2026-11-25T06:00:00\.000Z done\n$/,
  ],
  [
    'model-strategist/strategist.ts',
    /subplan: Write docs\/add\.md\nsubplan: Write docs\/round\.md\nsubplan: [\s\S]*3840 tokens, 0\.0046 USD\n[\s\S]*3 files changed/,
  ],
  [
    'best-of/best-of.ts',
    /attempt 1: complete\nattempt 2: complete\nattempt 2 was chosen: it greets by name\nHello, Ada\n/,
  ],
  ['machines/checks.ts', /round 1: failed[\s\S]*round 3: passed: the cat sat on the mat/],
  ['ports/contracts.ts', /# pass 19\n# fail 0/],
  [
    'backend/backend.ts',
    /^the order: charging\nafter the death of the first: open\nthe same payment again: 202 \{ duplicate: true \}\norder 1, version 1: paid\norder 2, version 2: shipped\nended with code 0\n$/,
  ],
  ['server/server.ts', /^400 UNKNOWN_ACTION[\s\S]*3 events, then the other \d+; the plan is complete\nHello, web/],
])('the example %s does what it says [R160]', async (file, output) => {
  const { stdout } = await example(file);
  expect(stdout).toMatch(output);
});

test('the order of the example durable-order/order.ts is restored, copied and forked from snapshots [R160] [R213]', async () => {
  const { stdout } = await example('durable-order/order.ts');
  expect(stdout).toMatch(
    /^shipped \{ amount: 42.*\nrestored: packing, shipped\nthe copy: shipped \{ amount: 42, receipt: 'receipt 42' \}\nthe fork: shipped receipt 7, shipped receipt 7\n$/,
  );
});

test('the example three-agents/three-agents.ts merges the work of three agents, here of stubs of their programs [R160] [R221]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-example-agents-'));
  try {
    const env = { ...process.env, PATH: stubPath(join(folder, 'bin'), ['claude', 'codex', 'gemini']) };
    const { stdout } = await example('three-agents/three-agents.ts', env);
    expect(stdout).toMatch(/^claude: complete\ncodex: complete\ngemini: complete\ncomplete, 6000 tokens\n/);
    expect(stdout).toMatch(/docs\/add\.md[\s\S]*docs\/round\.md[\s\S]*docs\/total\.md[\s\S]*3 files changed/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the example inspector/shop.ts prints one line per event [R160]', async () => {
  const { stdout } = await typedInto('inspector/shop.ts', '\n\n\n');
  expect(stdout).toMatch(/Look at it: http[\s\S]*order 1 came in\norder 1 was paid for\norder 2 came in\n$/);
});

test('the embedding example of the README runs unchanged', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const code = /<!-- example: embedding -->\n```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(code?.trim().split('\n').length).toBeLessThanOrEqual(15);
  const project = exampleProject({ 'README.md': '# Example\n' });
  const home = mkdtempSync(join(root, 'test', '.readme-'));
  try {
    const file = join(home, 'readme.ts');
    writeFileSync(file, `const folder = ${JSON.stringify(project.folder)};\n${code}`);
    const { stdout } = await run(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      env: { ...process.env, XDG_STATE_HOME: join(tmpdir(), 'troupe-readme') },
    });
    expect(stdout).toMatch(/plan\.created[\s\S]*HELLO\.md \| 1 \+/);
  } finally {
    project.remove();
    rmSync(home, { recursive: true });
  }
});

test('the quickstart makes an inventory by subplans and leaves the checkout unchanged', async () => {
  const project = exampleProject({
    'src/a.js': 'export const a = 1;\n',
    'docs/b.md': '# B\n',
    'lib/c.js': 'export function c() {}\n',
  });
  try {
    const words = [
      '-C',
      project.folder,
      'run',
      '--file',
      join(root, 'examples/quickstart/action.yaml'),
      '--apply',
      '--yes',
      '--branch',
      'troupe/inventory',
    ];
    const env = { ...process.env, XDG_STATE_HOME: project.sandboxes };
    const { stdout } = await run(process.execPath, [...troupeProgram(), ...words], {
      cwd: root,
      env,
    });
    expect(stdout).toMatch(/3\/3 subplans · 1\/1 checks · 0 conflicts/);
    expect(project.git('status', '--porcelain')).toBe('');
    expect(project.git('show', 'troupe/inventory:INVENTORY.md')).toMatch(
      /## docs\n\n1 files, 1 lines[\s\S]*## lib\n[\s\S]*## src\n/,
    );
    expect(project.git('show', 'troupe/inventory:inventory/src.md')).toContain('| src/a.js | 1 | a |');
  } finally {
    project.remove();
  }
});
