/**
 * The package as its users get it: packed, looked over by publint and attw, installed in an empty application with the
 * oldest and the newest XState that it works with, every entry point imported by its name and read by a strict compiler
 * that trusts no declaration, the command run. What is missing from `files` or `exports` shows only here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  action,
  agent,
  callWorker,
  consumer,
  hello,
  inspect,
  mergeLarge,
  postgres,
  runMachine,
} from './package-programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'troupe-package-'));
const home = join(folder, 'node_modules/troupe');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

function run(program: string, words: string[], { cwd = folder, env = {} as Record<string, string> } = {}): string {
  try {
    return execFileSync(program, words, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${words.join(' ')}\n${stdout}${stderr}`);
  }
}

interface Manifest {
  version: string;
  exports: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const manifest = (): Manifest => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

/** Adds packages to the application. A warning fails, except one that an application with LevelDB always gets. */
function install(packages: string[]): void {
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=warn', ...packages];
  const { status, stdout, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
  assert(status === 0, `npm ${words.join(' ')}\n${stdout}${stderr}`);
  // LevelDB has a native part, which newer versions of npm mention; the others are about the settings of this machine.
  const expected = /^npm warn (?:install-scripts|allow-scripts|.*\bconfig\b)/i;
  const warnings = stderr.split('\n').filter(line => /^npm warn/i.test(line) && !expected.test(line));
  assert(warnings.length === 0, warnings.join('\n'));
}

/** An application has the package, xstate, zod, ulid, level, and what these need. */
function installsNothingElse(): void {
  const { packages }: { packages: Record<string, { dependencies?: Record<string, string> }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const each of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) add(each);
  };
  for (const name of ['xstate', 'zod', 'ulid', 'level']) add(name);
  const parseable = run('npm', ['ls', '--omit=dev', '--all', '--parseable']).trim().split('\n').slice(1);
  const names = parseable.map(path => path.replace(/^.*\/node_modules\//, ''));
  const others = names.filter(name => name !== 'troupe' && !needed.has(name));
  assert(names.includes('xstate') && others.length === 0, `installed with the package: ${others.join(', ')}`);
  console.log(`an application gets ${names.length} packages`);
}

const strict = {
  compilerOptions: {
    ...{ target: 'ES2023', lib: ['ES2023', 'ESNext.Disposable'], module: 'NodeNext', types: ['node'], noEmit: true },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
    skipLibCheck: false,
  },
  files: ['consumer.ts'],
};

/** The compilers of users, one for each XState that the package is tried with: TypeScript in JavaScript, and native. */
const compilers = ['typescript', 'typescript-native'] as const;

/** Reads the declarations as a user's compiler does. */
function checkTypes(compiler: (typeof compilers)[number]): void {
  // npm removes what it did not install, so these are linked after every installation.
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strict));
  writeFileSync(join(folder, 'consumer.ts'), consumer);
  const words = [join(root, 'node_modules', compiler, 'bin/tsc'), '--project', folder];
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  const wrong = stdout.split('\n');
  for (const name of ['@types', 'undici-types']) rmSync(join(folder, 'node_modules', name), { recursive: true });
  // So strict a compiler reports errors in other libraries too, which this package cannot fix.
  const ours = wrong.filter(line => /^(consumer|node_modules\/troupe\/)/.test(line));
  assert(ours.length === 0, ours.join('\n'));
}

/** Optional peers: an entry point names the packages to install, and works with them. The command line has its own. */
function worksWithOptionalPeers(command: string): void {
  const says = (program: string) => run(process.execPath, ['--input-type=module', '--eval', program]).trim();
  const libraries = ['elkjs', 'ws', '@statelyai/inspect'];
  const asked = says(inspect);
  assert(asked === `PACKAGE_MISSING npm install ${libraries.join(' ')}`, `without its packages it says ${asked}`);
  const missing = says(postgres);
  assert(missing === 'PACKAGE_MISSING npm install pg', `without its package it says ${missing}`);
  run(process.execPath, [command, 'inspect', '--report', 'report.html'], { cwd: join(folder, 'project') });
  const { devDependencies } = manifest();
  install([...libraries, 'pg'].map(name => `${name}@${devDependencies[name]}`));
  const shown = says(inspect);
  assert(shown === 'a chart', `with its packages it shows ${shown}`);
  const reached = says(postgres);
  assert(reached.startsWith('STORE_UNREACHABLE pg_isready'), `with its package it says ${reached}`);
}

/** Heavy libraries that are loaded only on request. */
const late = [
  'ink',
  'react',
  'level',
  'classic-level',
  'ws',
  'elkjs',
  'commander',
  '@statelyai/inspect',
  'pg',
  'bullmq',
  'ioredis',
];

/** The files that a program loads, read from what V8 says it ran. */
function filesLoadedBy(words: string[], cwd = folder): string[] {
  const seen = join(folder, 'seen');
  run(process.execPath, words, { cwd, env: { NODE_V8_COVERAGE: seen } });
  const urls = readdirSync(seen).flatMap(name =>
    (JSON.parse(readFileSync(join(seen, name), 'utf8')).result as { url: string }[]).map(({ url }) => url),
  );
  rmSync(seen, { recursive: true });
  return urls.filter(url => url.startsWith('file:'));
}

/** Which of the heavy libraries an entry point loads. */
function modulesLoadedBy(entryPoint: string): string[] {
  const urls = filesLoadedBy(['--input-type=module', '--eval', `await import('${entryPoint}');`]);
  return late.filter(name => urls.some(url => url.includes(`/node_modules/${name}/`)));
}

/** A command that reads plans loads few files: finding and reading them takes longer than what it does. */
function listsWithFewFiles(command: string): void {
  const loaded = filesLoadedBy([command, 'plan', 'list'], join(folder, 'project'));
  const ofLibraries = loaded.filter(url => !url.includes('/node_modules/troupe/'));
  // The native part of LevelDB is found by these.
  const others = ofLibraries.filter(url => !/\/(?:classic-level\/binding|node-gyp-build\/.*)\.js$/.test(url));
  assert(ofLibraries.length > 0 && others.length === 0, `plan list loads ${others.join(', ')}`);
  assert(loaded.length <= 20, `plan list loads ${loaded.length} files: ${loaded.join(', ')}`);
}

/** The files of a command that runs a plan are in a few files too, and each is found under its own name. */
function runsWithFewFiles(command: string): void {
  const cwd = join(folder, 'project');
  writeFileSync(join(cwd, 'hello.yaml'), hello);
  const loaded = filesLoadedBy([command, 'run', '-f', 'hello.yaml', '--no-input'], cwd);
  const own = loaded.filter(url => url.includes('/node_modules/troupe/'));
  assert(own.length > 10 && own.length <= 50, `run loads ${own.length} files: ${own.join(', ')}`);
}

/** How the command line ends when its agent throws an error, and what it prints. */
function errorOfAgent(command: string): { exitCode: number | null; output: string } {
  const cwd = join(folder, 'project');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'agent.mjs'), agent);
  writeFileSync(join(cwd, 'tire.yaml'), action);
  const identity = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_COMMITTER_NAME: 'Ada' };
  const env = { PATH: process.env.PATH, HOME: folder, ...identity, GIT_COMMITTER_EMAIL: 'ada@example.com' };
  for (const words of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message=Begin'],
  ])
    execFileSync('git', words, { cwd, env });
  const { status, stdout } = spawnSync(process.execPath, [command, 'run', '-f', 'tire.yaml', '--json', '--no-input'], {
    ...{ cwd, env, encoding: 'utf8' },
  });
  return { exitCode: status, output: stdout };
}

/** The thread that large files are merged in: started from the program beside it, as a user of the package does. */
function mergesInThreads(): void {
  for (const program of ['dist/src/adapters/merge/thread/merge-worker.js', 'dist/cli/merge-worker.js']) {
    const merged = run(process.execPath, ['--input-type=module', '--eval', callWorker, join(home, program)]).trim();
    assert(merged === '{"a":2,"b":3}', `${program} merged to ${merged}`);
  }
  const chunks = readdirSync(join(home, 'dist/cli')).filter(name => name.endsWith('.js') && name !== 'merge-worker.js');
  const starts = chunks.some(name =>
    readFileSync(join(home, 'dist/cli', name), 'utf8').includes('"./merge-worker.js"'),
  );
  assert(starts, 'no part of the command starts the worker beside it');
  const turns = run(process.execPath, ['--input-type=module', '--eval', mergeLarge]).trim();
  assert(Number(turns) > 20, `the event loop turned ${turns} times while a large file was merged`);
}

function assert(holds: boolean, why: string): void {
  if (!holds) throw new Error(why);
}

try {
  run(bin('publint'), ['--strict'], { cwd: root });
  console.log('publint has nothing to say');
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root }));
  const archive = join(folder, packed.filename);
  run(bin('attw'), [archive, '--profile', 'esm-only'], { cwd: root });
  console.log('attw finds all types');
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n');
  install([archive]);
  installsNothingElse();

  const { exports, version, peerDependencies, devDependencies } = manifest();
  const entryPoints = Object.keys(exports).filter(path => path !== './package.json');
  for (const path of entryPoints) {
    const name = path.replace(/^\./, 'troupe');
    const script = `const names = Object.keys(await import('${name}')); if (names.length === 0) throw new Error('empty');`;
    run(process.execPath, ['--input-type=module', '--eval', script]);
    console.log(`${name} imports`);
  }
  const early = modulesLoadedBy('troupe');
  assert(early.length === 0, `importing troupe loads ${early.join(', ')}`);
  assert(modulesLoadedBy('troupe/level').includes('classic-level'), 'what is loaded is not seen');

  const [floor = ''] = /\d+\.\d+\.\d+/.exec(peerDependencies.xstate ?? '') ?? [];
  for (const [at, xstate] of [floor, devDependencies.xstate].entries()) {
    install([`xstate@${xstate}`]);
    const states = run(process.execPath, ['--input-type=module', '--eval', runMachine]).trim();
    assert(states === 'done done done function', `with xstate ${xstate} a machine came to ${states}`);
    checkTypes(compilers[at] ?? compilers[0]);
    console.log(`a machine of xstate ${xstate} runs, and a strict compiler reads the declarations`);
  }

  mergesInThreads();
  console.log('large files are merged in a thread of the package');

  // `npm link` links the command of a clone; of a package, npm itself makes it a program.
  const linked = join(root, 'dist/cli/troupe.js');
  assert((statSync(linked).mode & 0o111) !== 0 || process.platform === 'win32', `${linked} is not executable`);
  const command = join(home, 'dist/cli/troupe.js');
  const printed = run(process.execPath, [command, '--version']).trim();
  assert(printed.includes(version), `--version says "${printed}", the package is ${version}`);
  const failed = errorOfAgent(command);
  assert(failed.exitCode === 7 && failed.output.includes('"by": "agent"'), `an error became ${JSON.stringify(failed)}`);
  console.log('the command knows an error that an agent made');
  listsWithFewFiles(command);
  console.log('the command lists plans with few files');
  runsWithFewFiles(command);
  console.log('the command runs a plan with few files');
  worksWithOptionalPeers(command);
  console.log('the command has what the inspector needs; an application learns what to install');
  console.log(
    `${entryPoints.length} entry points, the command says ${printed}, ${packed.entryCount} files, ${packed.size} bytes`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
