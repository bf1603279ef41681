/** A worker in a process of its own, which may be killed at any moment; SIGTERM drains it. */
import { startWorker } from '../../../src/worker.ts';
import { readCosts } from './costs.ts';
import type { WorkerSettings } from './settings.ts';

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const say = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`);
const env = { PATH: process.env.PATH ?? '', HOME: settings.folder };
const jobs = { started: 0, done: 0, failures: [] as string[] };
const worker = await startWorker({
  ...settings,
  env,
  commands: ['sh'],
  agents: ['steps'],
  log(line) {
    if (line.includes(': begins')) jobs.started += 1;
    else if (line.endsWith(': done')) jobs.done += 1;
    else jobs.failures.push(line);
    say({ jobs });
  },
});
const before = readCosts();
say({ ready: true });
await new Promise<void>(resolve => process.once('SIGTERM', resolve));
await worker.drain();
const after = readCosts();
say({
  done: true,
  costs: { cpuMs: after.cpuMs - before.cpuMs, childCpuMs: after.childCpuMs - before.childCpuMs },
});
