// What it teaches: a plan survives kill -9. A child process runs a plan and is killed in the middle; opening the same
// store again goes on where it was: what was done is not done twice, and the result is the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';

const steps = ['one', 'two', 'three', 'four', 'five'];

function openExample(folder: string, sandboxes: string, pace: (step: string) => Promise<void>) {
  return openTroupe({
    store: levelStore(`${folder}/.git/troupe/store`),
    project: gitProject(folder, { sandboxes }),
    agents: {
      walker: {
        check: async () => {},
        run: async ({ call }) => {
          for (const step of steps) {
            await call('write', { path: `${step}.txt`, content: `${step}\n` });
            await pace(step);
          }
          return { decisions: [], summary: 'walked' };
        },
      },
    },
  });
}

async function runAndCrash(folder: string, sandboxes: string): Promise<void> {
  const troupe = await openExample(folder, sandboxes, step =>
    step === 'three' ? new Promise(() => process.send?.('in the middle')) : Promise.resolve(),
  );
  await troupe.actions.create({ name: 'walk', description: 'Walk five steps', executionActor: 'walker' });
  const plan = await troupe.use({ action: 'walk' });
  await plan.execute();
}

async function recover(): Promise<void> {
  const project = exampleProject({ 'README.md': '# Walk\n' });
  try {
    const child = spawn(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), project.folder, project.sandboxes],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    console.log('killed in the middle; opening again');

    await using troupe = await openExample(project.folder, project.sandboxes, () => Promise.resolve());
    const plan = await troupe.get();
    const record = await plan.waitUntilIdle();
    assert.equal(record.state, 'complete');
    assert.deepEqual(
      (await plan.changes()).map(change => change.path),
      steps.map(step => `${step}.txt`).sort(),
    );
    const calls = await plan.toolCalls();
    console.log(calls.map(({ input }) => (input as { path: string }).path).join(' '));
    assert.equal(calls.length, steps.length, 'no finished call was made twice');
  } finally {
    project.remove();
  }
}

const [folder, sandboxes] = process.argv.slice(2);
await (folder !== undefined && sandboxes !== undefined ? runAndCrash(folder, sandboxes) : recover());
