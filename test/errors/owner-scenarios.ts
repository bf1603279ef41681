/** Errors between processes that use one store, and of a running plan. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { levelStore } from '../../src/level.ts';
import { startTroupe } from '../cli/run-command.ts';
import { waitForFileAction } from '../cli/sample-actions.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { completedState } from './project-states.ts';
import { type ErrorScenario, type ErrorScenarios, errorOfCommand } from './scenario.ts';

/** What to end after a scenario, the last first. */
const cleanups: (() => unknown)[] = [];
const release = async () => {
  for (const end of cleanups.splice(0).reverse()) await end();
};

/** Keeps the store open in the name of another process until that ends. `speaks` is its code for a connection. */
async function withStoreHeld(project: TestRepository, speaks: string | null): Promise<void> {
  const home = join(project.folder, '.git/troupe');
  mkdirSync(home, { recursive: true });
  const store = await levelStore(join(home, 'store'))();
  const socket = join(project.folder, '..', 's.sock');
  const child = speaks === null ? spawn('sleep', ['60']) : await listener(socket, speaks);
  const closed = once(child, 'exit').then(() => store.close());
  cleanups.push(async () => {
    child.kill();
    await closed;
  });
  const name = { pid: child.pid, command: 'troupe run', started: new Date().toISOString(), socket: speaks && socket };
  writeFileSync(join(home, 'owner.json'), JSON.stringify(name));
}

async function listener(socket: string, speaks: string): Promise<ChildProcess> {
  const script = `require('net').createServer(peer => { peer.on('error', () => {}); ${speaks} }).listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const encodeLine = (message: string) => `peer.write(JSON.stringify(${message}) + '\\n')`;
const mismatch = `{ type: 'rejected', error: { code: 'VERSION_MISMATCH', category: 'usage', message: 'The store is owned by troupe 9', hints: ['troupe owner status', 'troupe owner stop'], retriable: false, details: { pid: process.pid } } }`;
const helloReply = `{ type: 'hello_reply', pid: process.pid, command: 'troupe run', started: new Date().toISOString(), root: ROOT, background: false }`;

/** A command typed while another process has the store open. */
const attachError = (
  when: string,
  speaks: ((project: TestRepository) => string) | null,
  words: string[],
): ErrorScenario => ({
  when,
  initialState: completedState,
  runsOnce: true,
  release,
  raise: async project => {
    await withStoreHeld(project, speaks?.(project) ?? null);
    return errorOfCommand(project, [...words, '--lock-timeout', '0.2']);
  },
});

/** A plan that runs until it is stopped. */
async function withRunningPlan(project: TestRepository) {
  project.write('patient.yaml', waitForFileAction);
  const run = startTroupe(project, ['run', '-f', 'patient.yaml']);
  cleanups.push(async () => {
    run.io.signal('SIGTERM');
    await run.done;
  });
  const home = project.env.HOME ?? '';
  const changes = watch(home);
  if (existsSync(join(home, 'begun'))) return;
  for await (const { filename } of changes) if (filename === 'begun') return;
}

export const ownerErrors: ErrorScenarios = {
  STORE_LOCKED: attachError('another process has the store open and accepts no connections', null, ['plan', 'revert']),
  VERSION_MISMATCH: attachError(
    'the process that has the store open has another version',
    () => `peer.once('data', () => { ${encodeLine(mismatch)}; peer.end() })`,
    ['plan', 'revert'],
  ),
  PROTOCOL_BROKEN: attachError(
    'the process that listens for the store uses another protocol',
    () => `peer.once('data', () => peer.end('nonsense\\n'))`,
    ['plan', 'revert'],
  ),
  OWNER_LOST: {
    ...attachError(
      'the process that has the store open exits before it answers',
      ({ folder }) =>
        `peer.once('data', () => { ${encodeLine(helloReply.replace('ROOT', JSON.stringify(folder)))}; peer.once('data', () => peer.destroy()) })`,
      ['plan', 'revert'],
    ),
    repair: release,
    isMomentary: true,
  },
  LOCK_CONFLICT: {
    when: 'a plan is already running',
    runsOnce: true,
    release,
    raise: async project => {
      await withRunningPlan(project);
      return errorOfCommand(project, ['plan', 'execute']);
    },
  },
  INTERNAL: {
    when: 'an error is thrown and not caught',
    runsOnce: true,
    release,
    raise: async project => {
      await withRunningPlan(project);
      const window = startTroupe(project, ['plan', 'resume']);
      await window.io.waitForError('Wait for a sign');
      window.io.raiseUncaught(new Error('planted'));
      const exitCode = await window.done;
      const [, code = null, message = ''] = /^error\[(\w+)\] (.*)$/m.exec(window.io.err()) ?? [];
      const hints = [...window.io.err().matchAll(/^ {2}try: (.*?) {2}# /gm)].map(([, hint = '']) => hint);
      return { code, message, hints, exitCode };
    },
  },
};
