/** The examples in doc comments: each is type-checked against the entry points, and runs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createGitFixture } from './adapters/project/git/git-fixture.ts';
import { values } from './doc-example-values.ts';
import { root, shipped, sources } from './sources.ts';

interface DocExample {
  /** The function that it describes. */
  name: string;
  code: string;
}

/** Returns the examples of the doc comments of exported functions. */
function examplesIn(text: string): DocExample[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isFunctionDeclaration).flatMap(statement =>
    ts
      .getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === 'example')
      .map(tag => ({ name: statement.name?.text ?? '', code: ts.getTextOfJSDocComment(tag.comment) ?? '' })),
  );
}

const { exports }: { exports: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entryPoints = Object.keys(exports)
  .filter(path => path !== './package.json')
  .map(path => path.replace('.', 'troupe'));

const sourceOf = (entryPoint: string) =>
  join(root, entryPoint === 'troupe/machines' ? 'machines/index.ts' : `src/${entryPoint.slice(7) || 'index'}.ts`);

/** The one that is a native program; that in JavaScript takes several times as long. */
const compiler = join(root, 'node_modules/typescript-native/bin/tsc');

/** As in tsconfig.json, with what the sources of the page need. */
const options = [
  ...['--ignoreConfig', '--noEmit', '--singleThreaded', '--pretty', 'false', '--strict', '--skipLibCheck'],
  ...['--module', 'NodeNext', '--target', 'ES2023', '--lib', 'es2023,esnext.disposable,dom,dom.iterable'],
  ...['--allowImportingTsExtensions', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types')],
];

type Values = Record<string, unknown>;

/** Runs `body` in the folder of a new repository, with the values that an example uses. */
async function withValues<Result>(name: string, body: (given: Values) => Promise<Result>): Promise<Result> {
  const fixture = await createGitFixture();
  const before = process.cwd();
  process.chdir(fixture.root);
  let given: Values = {};
  try {
    given = await values[name as keyof typeof values](fixture);
    return await body(given);
  } finally {
    for (const value of Object.values(given)) await (value as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
    process.chdir(before);
    await fixture.dispose();
  }
}

/** The exports of all entry points that the code names, by entry point. */
async function importsOf(code: string, given: Values): Promise<Map<string, Values>> {
  const words = new Set(code.match(/[A-Za-z_]\w*/g));
  const found = new Map<string, Values>();
  for (const path of entryPoints) {
    const module: Values = await import(path);
    const used = Object.entries(module).filter(([name]) => words.has(name) && !(name in given));
    if (used.length > 0) found.set(path, Object.fromEntries(used));
  }
  return found;
}

/** Returns an example as a module that imports what it uses. */
async function moduleOf({ name, code }: DocExample): Promise<string> {
  const given = await withValues(name, async given => given);
  const imports = [...(await importsOf(code, given))].map(
    ([path, used]) => `import { ${Object.keys(used).join(', ')} } from '${sourceOf(path)}';`,
  );
  const type = `Awaited<ReturnType<(typeof values)['${name}']>>`;
  return [
    ...imports,
    `import type { values } from '${join(root, 'test/doc-example-values.ts')}';`,
    `export async function example({ ${Object.keys(given).join(', ')} }: ${type}) {`,
    code,
    '}',
  ].join('\n');
}

/** Returns what the compiler says of modules, each with the line of which it says it. */
function errorsIn(modules: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-doc-examples-'));
  try {
    const paths = modules.map((_, at) => join(folder, `${at}.mts`));
    for (const [at, path] of paths.entries()) writeFileSync(path, modules[at] ?? '');
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, ...paths], {
      cwd: folder,
      encoding: 'utf8',
    });
    const printed = stdout.split('\n').filter(line => line !== '');
    if (status !== 0 && printed.length === 0) throw new Error(`the compiler ended with ${status} and printed nothing`);
    return printed.map(text => {
      const [, at, line] = /^(\d+)\.mts\((\d+),/.exec(text) ?? [];
      return `${modules[Number(at)]?.split('\n')[Number(line) - 1]?.trim()}: ${text}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run({ name, code }: DocExample): Promise<void> {
  await withValues(name, async given => {
    const used = Object.assign({}, ...(await importsOf(code, given)).values(), given) as Values;
    const { outputText } = ts.transpileModule(`export async function example() {\n${code}\n}`, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const body = `${outputText.replace('export async', 'async')}\nreturn example();`;
    await new Function(...Object.keys(used), body)(...Object.values(used));
  });
}

const examples = sources(...shipped).flatMap(({ text }) => (text.includes('@example') ? examplesIn(text) : []));

/** Does not compile. */
const wrong = examplesIn(`/**
   * @example
   * mergeFile({ path: 1, base, ours, theirs });
   */
  export function mergeFile() {}`);

describe('the examples of doc comments [R218]', () => {
  test('are those whose values are known', () => {
    expect([...new Set(examples.map(({ name }) => name))].sort()).toEqual(Object.keys(values).sort());
  });

  test('compile against the entry points, and one that does not is found', { timeout: 120_000 }, async () => {
    const modules: string[] = [];
    for (const example of [...examples, ...wrong]) modules.push(await moduleOf(example));
    expect(errorsIn(modules)).toEqual([
      expect.stringMatching(/^mergeFile\(\{ path: 1, .*Type 'number' is not assignable to type 'string'/),
    ]);
  });

  test.each(examples)('runs: $name', async example => {
    await run(example);
  });
});

test('an example that fails is found', async () => {
  await expect(run({ name: 'mergeFile', code: 'mergeFile();' })).rejects.toThrow(TypeError);
});
