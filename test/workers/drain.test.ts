/** A worker that is to end while the server of its queue is down: on both servers. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnTroupe } from '../cli/spawn-troupe.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { type QueueServer, queueServers, startServer } from './queue-servers.ts';

describe.each(queueServers)('SIGTERM to a worker while %s is down', (name, isThere) => {
  let server: QueueServer;
  let project: TestRepository;
  beforeAll(async () => {
    if (isThere) server = await startServer(name);
    project = createRepository();
  }, 60_000);
  afterAll(async () => {
    project.remove();
    await server?.stop();
  });

  test.runIf(!isThere)('was not tested: there is no server', () => undefined);

  test.runIf(isThere)(
    'ends it after a lease, and what it did is done once by another worker [R278]',
    async () => {
      const seen = join(project.env.HOME ?? '', 'seen');
      const file = (of: string) => join(seen, of);
      mkdirSync(seen);
      execFileSync('git', ['init', '-q', '--bare', file('exchange.git')]);
      const script = `echo $$ > ${file('pid')}; until test -e ${file('go')}; do sleep 0.1; done; echo done >> ${file('done')}; echo text > new.txt`;
      project.write(
        'one.yaml',
        `name: local/one\ndescription: One program\nexecutionActor:\n  kind: command\n  argv: [sh, -c, '${script}']\n`,
      );
      const queue = ['--exchange', file('exchange.git'), '--namespace', `drain_${process.pid}`];
      const own = ['--folder', file('workers'), '--allow-command', 'sh', '--lease', '2'];
      const startWorker = () => spawnTroupe(project, ['worker', '--queue', server.url, ...queue, ...own]);
      const first = startWorker();
      const words = ['run', '-f', 'one.yaml', '--profile', 'trusted', '--workers', server.url, ...queue];
      const plan = spawnTroupe(project, words);
      await expect
        .poll(() => existsSync(file('pid')) && readFileSync(file('pid'), 'utf8'), { timeout: 60_000 })
        .toMatch(/\n/);
      await server.end();
      first.child.kill('SIGTERM');
      const pid = Number(readFileSync(file('pid'), 'utf8'));
      expect(await Promise.race([first.exited, expired(30_000)]), first.output()).toBe(0);
      expect(first.output()).toMatch(/Stops 1 job, which another worker does again: the queue at .* gives no answer/);
      expect(first.output()).toContain('It stopped 1 job, which another worker does again.');
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      writeFileSync(file('go'), '');
      await server.begin();
      const second = startWorker();
      expect(await plan.exited, plan.output()).toBe(0);
      second.child.kill('SIGTERM');
      expect(await second.exited).toBe(0);
      expect(readFileSync(file('done'), 'utf8')).toBe('done\n');
    },
    150_000,
  );
});

const expired = (ms: number) =>
  new Promise<string>(resolve => {
    AbortSignal.timeout(ms).addEventListener('abort', () => resolve(`still alive after ${ms} ms`));
  });
