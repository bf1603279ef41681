/** An owner that brings its one plan to its end, wherever it stands, on workers or in its process. It may be killed at any moment. */
import { join } from 'node:path';
import { gitProject } from '../../../src/git.ts';
import { openTroupe, type Plan } from '../../../src/index.ts';
import { workerQueue } from '../../../src/worker.ts';
import { openTestStore } from '../../soak/test-store.ts';
import { actionOf } from '../workload.ts';
import { readCosts } from './costs.ts';
import type { OwnerSettings } from './settings.ts';

const { folder, workload, database, workers, stays = false } = JSON.parse(process.argv[2] ?? '') as OwnerSettings;
const say = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`);
const env = { PATH: process.env.PATH ?? '', HOME: folder };
const project = gitProject(join(folder, 'project'), { sandboxes: join(folder, 'sandboxes'), env });
const troupe = await openTroupe({
  store: openTestStore(folder, database, { waitMs: Number.POSITIVE_INFINITY }),
  project,
  env,
  ...(workers !== null && { workers: workerQueue(workers) }),
});
say({ ready: true });

const before = readCosts();
const [found] = await troupe.list({ all: true });
const plan: Plan =
  found === undefined
    ? await troupe.use({ action: actionOf(workload) as never, profile: 'trusted' })
    : await troupe.get(found.planId);
const started = performance.now();
let record = await plan.waitUntilIdle();
if (record.phase === 'strategize' && record.state === 'complete') {
  await plan.execute();
  record = await plan.waitUntilIdle();
}
const ms = Math.round(performance.now() - started);
if (record.phase === 'execute' && record.state === 'complete') {
  await plan.apply();
  record = await plan.waitUntilIdle();
}
if (record.state !== 'applied')
  throw new Error(`The plan rests in ${record.phase}.${record.state}: ${JSON.stringify(record.error)}`);
while ((await project.sandboxes()).length > 0) await new Promise(setImmediate);
const after = readCosts();
say({
  done: true,
  costs: {
    ms,
    cpuMs: after.cpuMs - before.cpuMs,
    childCpuMs: after.childCpuMs - before.childCpuMs,
  },
});
if (stays) await new Promise(resolve => process.once('SIGTERM', resolve));
await troupe.close();
