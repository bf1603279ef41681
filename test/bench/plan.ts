/**
 * A whole plan whose agents do nothing: use, strategize, execute with its sandbox, review, on a repository of one file. Beside
 * it the heap that a thousand plans take that rest and have left memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { openTroupe } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import { type Case, median, timed } from './measure.ts';

const resting = 200;

export const plan: Case = async folder => {
  const home = folder();
  const project = join(home, 'project');
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'README.md'), '# Bench\n');
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost', ...words], { cwd: project });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=Begin');
  await using troupe = await openTroupe({
    store: levelStore(join(home, 'store')),
    project: gitProject(project, { sandboxes: join(home, 'sandboxes') }),
  });
  await troupe.actions.create({ name: 'noop', description: 'Nothing', executionActor: { kind: 'steps', steps: [] } });
  const ms = await median(7, () =>
    timed(async () => {
      const noop = await troupe.use({ action: 'noop' });
      await noop.execute();
      await noop.settled();
    }),
  );
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < resting; at += 1) await (await troupe.use({ action: 'noop', start: false })).settled();
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / resting / 1024;
  return [
    { name: 'plan.noop', value: Math.round(ms), unit: 'ms', n: 7 },
    { name: 'heap.passivated', value: Math.round(heap * 100) / 100, unit: 'kB', n: resting },
  ];
};
