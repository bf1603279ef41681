/**
 * The package as its users get it: packed, looked over by publint and attw, unpacked into an empty project with its production
 * dependencies beside it, every entry point imported by its name and read by a strict compiler that trusts no declaration, the
 * command run. What is missing from `files` or `exports` shows only here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** What a user would write first, checked without `skipLibCheck`: our declarations must stand on their own. */
const consumer = `
import { openTroupe, watchPlans, type Agent, type Plan, type PlanEvent, type Troupe } from 'troupe';
import { effect, manualClock, memoryStore, openDurable } from 'troupe/durable';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { planMachine, type EffectInput } from 'troupe/machines';
import { mergeFile } from 'troupe/merge';
import { agentSuite, trialTask } from 'troupe/testing';
import { createActor, setup } from 'xstate';

export const agent: Agent = {
  async check() {},
  async run({ call, signal }) {
    await call('write', { path: 'a', content: String(signal.aborted) });
    return { decisions: [], summary: 'done' };
  },
};
export async function use(folder: string): Promise<PlanEvent[]> {
  await using troupe: Troupe = await openTroupe({ store: levelStore(folder), project: gitProject(folder), agents: { agent } });
  await using watch = watchPlans(troupe);
  const plan: Plan = await troupe.use({ action: 'local/some' });
  const events: PlanEvent[] = [];
  for await (const event of plan.events()) if (event.type === 'plan.created') events.push(event);
  watch.snapshot();
  return events;
}
const machine = setup({ actors: { ask: effect<{ n: number }, string>(async ({ input }) => String(input.n)) } }).createMachine({});
export const durable = () => openDurable({ store: memoryStore(), machine, clock: manualClock() });
export const actor = (input: Parameters<typeof createActor<typeof planMachine>>[1]) => createActor(planMachine, input);
export type Work = EffectInput<'execute'>;
export { agentSuite, mergeFile, trialTask };
`;

const strict = {
  compilerOptions: {
    ...{ target: 'ES2023', lib: ['ES2023', 'ESNext.Disposable'], module: 'NodeNext', types: ['node'], noEmit: true },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
    skipLibCheck: false,
  },
  files: ['consumer.ts'],
};

/** Heavy libraries that only those who ask for them load. */
const late = ['ink', 'react', 'level', 'classic-level', 'ws', 'elkjs', 'commander', '@statelyai/inspect'];

/** Which of them a program loads, read from what V8 says it ran. */
function modulesLoadedBy(entryPoint: string): string[] {
  const seen = join(folder, 'seen');
  run(process.execPath, ['--input-type=module', '--eval', `await import('${entryPoint}');`], {
    env: { NODE_V8_COVERAGE: seen },
  });
  const urls = readdirSync(seen).flatMap(name =>
    (JSON.parse(readFileSync(join(seen, name), 'utf8')).result as { url: string }[]).map(({ url }) => url),
  );
  rmSync(seen, { recursive: true });
  return late.filter(name => urls.some(url => url.includes(`/node_modules/${name}/`)));
}

/** An agent of the user's, with the user's own copy of the library: the command line has another, and must know its errors. */
const agent = `
import { TroupeError } from 'troupe';
export default () => { throw new TroupeError('BUDGET_EXHAUSTED', 'Enough for today', { hints: ['troupe plan diff'], details: { by: 'agent' } }); };
`;
const action = `
name: local/tire
description: Shows what an error of an agent comes to
strategyActor: { kind: script, module: ./agent.mjs }
executionActor: { kind: script, module: ./agent.mjs }
`;

/** How the command line ends whose agent throws an error, and what it says. */
function errorOfAgent(command: string): { exitCode: number | null; said: string } {
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
  return { exitCode: status, said: stdout };
}

/** Asks a worker of the package to merge a file; the library and the bundled command each have one beside them. */
const callWorker = `
import { MessageChannel, Worker } from 'node:worker_threads';
const worker = new Worker(process.argv[1], { execArgv: [] });
const { port1, port2 } = new MessageChannel();
port1.once('message', ({ output }) => {
  console.log(Buffer.from(output.content).toString());
  worker.terminate();
});
const side = changes => Buffer.from(JSON.stringify({ a: 1, b: 1, ...changes }));
const input = { path: 'a.json', base: side({}), ours: side({ a: 2 }), theirs: side({ b: 3 }) };
worker.postMessage({ name: 'mergeFile', input, port: port2 }, [port2]);
`;

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

const mergeLarge = `
import { openFileMerger } from 'troupe/merge';
const merger = openFileMerger();
const line = (i, value) => '  "some key ' + i + '": "' + value + '"';
const side = change => Buffer.from('{\\n' + Array.from({ length: 20000 }, (_, i) => line(i, i === change)).join(',\\n') + '\\n}');
let turns = 0;
let merging = true;
const turn = () => { turns++; if (merging) setImmediate(turn); };
setImmediate(turn);
await merger.merge({ path: 'a.json', base: side(-1), ours: side(1), theirs: side(19999) });
merging = false;
console.log(turns);
`;

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
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', archive, '--strip-components=1', '-C', home]);

  const lock: { packages: Record<string, { dev?: boolean; optional?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const top = /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path);
    if (top && dev !== true) cpSync(join(root, path), join(folder, path), { recursive: true });
  }

  const { exports, version }: { exports: Record<string, string>; version: string } = JSON.parse(
    readFileSync(join(home, 'package.json'), 'utf8'),
  );
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

  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strict));
  writeFileSync(join(folder, 'consumer.ts'), consumer);
  const wrong = spawnSync(bin('tsc'), ['--project', folder], { cwd: folder, encoding: 'utf8' }).stdout.split('\n');
  // So strict a compiler reports errors in other libraries too, which this package cannot fix.
  const ours = wrong.filter(line => /^(consumer|node_modules\/troupe\/)/.test(line));
  assert(ours.length === 0, ours.join('\n'));
  console.log('a strict compiler reads the declarations');

  mergesInThreads();
  console.log('large files are merged in a thread of the package');

  const command = join(home, 'dist/cli/troupe.js');
  const said = run(process.execPath, [command, '--version']).trim();
  assert(said.includes(version), `--version says "${said}", the package is ${version}`);
  const failed = errorOfAgent(command);
  assert(failed.exitCode === 7 && failed.said.includes('"by": "agent"'), `an error became ${JSON.stringify(failed)}`);
  console.log('the command knows an error that an agent made');
  console.log(
    `${entryPoints.length} entry points, the command says ${said}, ${packed.entryCount} files, ${packed.size} bytes`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
