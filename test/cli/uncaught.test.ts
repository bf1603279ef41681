/** Tries to end the owner of a store from inside: an agent throws an uncaught error in every way that Node has. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupeJson, startTroupe } from './run-command.ts';
import { waitForFileAction } from './sample-actions.ts';
import { type SpawnedTroupe, spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const availableCommands = {
  'in a timer': `setTimeout(() => { throw new Error('planted'); }, 1)`,
  'in a promise that nothing waits for': `void Promise.reject(new Error('planted'))`,
  'in what a program of its own prints': `(await import('node:child_process')).spawn('echo', ['x']).stdout.on('data', () => { throw new Error('planted'); })`,
  'by an event that is an error': `const { EventEmitter } = await import('node:events'); process.nextTick(() => new EventEmitter().emit('error', new Error('planted')))`,
  'by asking the process to end': `process.exit(0)`,
  'by asking the process to end, later': `setTimeout(() => process.exit(), 1)`,
};

const script = `name: local/thrower
description: Throw where nothing catches it
executionActor: { kind: script, module: ../thrower.mjs }
`;

describe('an agent that throws an uncaught error', { timeout: 120_000 }, () => {
  let project: TestRepository;
  let running: SpawnedTroupe[];
  beforeEach(() => {
    project = createRepository();
    running = [];
    project.write('thrower.yaml', script);
    project.write('patient.yaml', waitForFileAction);
  });
  afterEach(() => {
    for (const { child } of running) child.kill('SIGKILL');
    project.remove();
  });
  const type = (...words: string[]) => {
    const made = spawnTroupe(project, words);
    running.push(made);
    return made;
  };
  const home = (name: string) => join(project.env.HOME ?? '', name);

  test('fails its own plan with INTERNAL, however it throws; the other plan of the owner continues [R189]', async () => {
    const owner = type('run', '-f', 'patient.yaml');
    await expect.poll(() => existsSync(home('begun')), { timeout: 30_000 }).toBe(true);
    for (const [way, source] of Object.entries(availableCommands)) {
      writeFileSync(home('thrower.mjs'), `export default async () => { ${source}; await new Promise(() => {}); };`);
      const thrower = await runTroupeJson(project, ['run', '-f', 'thrower.yaml', '--profile', 'cautious']);
      expect(thrower.messages.at(-1), way).toMatchObject({
        code: 'INTERNAL',
        text: expect.stringMatching(
          /^An error that nothing caught ended this work: (?:planted|it called process\.exit\(0?\))$/,
        ),
      });
      expect(thrower.data.plan).toMatchObject({ phase: 'execute', state: 'errored' });
    }
    writeFileSync(home('go'), '');
    expect(await owner.exited, owner.output()).toBe(0);
    expect(owner.output()).toContain('An error that nothing caught, in the work of plan');
  });

  test('ends a command without plans with INTERNAL, but no process with plans when no plan caused the error [R189]', async () => {
    const run = startTroupe(project, ['run', '-f', 'patient.yaml']);
    await expect.poll(() => existsSync(home('begun')), { timeout: 30_000 }).toBe(true);
    const window = startTroupe(project, ['plan', 'resume']);
    await window.io.waitForError('Wait for a sign');
    run.io.raiseUncaught(new Error('planted'));
    window.io.raiseUncaught(new Error('planted'));
    expect(await window.done).toBe(1);
    expect(window.io.err()).toContain('error[INTERNAL] planted');
    writeFileSync(home('go'), '');
    expect(await run.done, run.io.err()).toBe(0);
    expect(run.io.err()).toContain('An error that nothing caught; plans continue: planted');
  });
});
