/** What a run on workers left: jobs in queues, refs in the exchange, folders and processes of workers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listTaggedProcesses } from '../../src/adapters/process/tagged-processes.ts';
import { openEngine } from '../../src/adapters/queue/engine.ts';
import { digestOf } from '../../src/adapters/queue/job-id.ts';
import { readRegistry } from '../../src/adapters/queue/registry.ts';

export interface Remains {
  /** Jobs in queues of work, whatever their state. */
  jobs: string[];
  /** Refs in the exchange. */
  refs: string[];
  /** Sandboxes of workers. */
  sandboxes: string[];
  /** Processes that workers started. */
  processes: string[];
}

export interface RemainsOptions {
  queue: string;
  namespace: string;
  exchange: string;
  /** The folders of workers. */
  folder: string;
}

export async function readRemains({ queue, namespace, exchange, folder }: RemainsOptions): Promise<Remains> {
  const engine = await openEngine(queue, { namespace });
  const jobs: string[] = [];
  try {
    for (const name of (await readRegistry(engine)).queues) {
      const found = await engine
        .queue(name)
        .getJobs(['waiting', 'active', 'completed', 'failed', 'delayed', 'prioritized']);
      jobs.push(...found.map(({ id }) => String(id)));
    }
  } finally {
    await engine.close();
  }
  const refs = execFileSync('git', ['for-each-ref', '--format=%(refname)'], { cwd: exchange, encoding: 'utf8' });
  const tagged = await listTaggedProcesses();
  // Workers of other tests run on this machine, too.
  const workers = new Set(
    foldersIn(folder)
      .flatMap(foldersIn)
      .map(place => `worker-${digestOf(place)}`),
  );
  return {
    jobs,
    refs: refs.split('\n').filter(Boolean),
    sandboxes: listSandboxes(folder),
    processes: tagged
      .filter(({ tag }) => workers.has(tag.split('/', 1)[0] ?? ''))
      .map(({ pid, tag }) => `${pid} ${tag}`),
  };
}

/** MACHINE/NUMBER/REPOSITORY/w/PROJECT/SANDBOX */
function listSandboxes(folder: string): string[] {
  return foldersIn(folder)
    .flatMap(foldersIn)
    .flatMap(foldersIn)
    .flatMap(repository => foldersIn(join(repository, 'w')))
    .filter(project => !project.endsWith('ports'))
    .flatMap(foldersIn);
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const found = readdirSync(path, { withFileTypes: true }).filter(each => each.isDirectory());
  return found.map(({ name }) => join(path, name));
}
