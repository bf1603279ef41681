/** Whole plans whose work is done by workers, with a real Redis server. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { gitProject } from '../../src/git.ts';
import { openTroupe } from '../../src/index.ts';
import { createRequestHandler } from '../../src/inspector/server/request-handler.ts';
import { levelStore } from '../../src/level.ts';
import { createContentLoader } from '../../src/tui/content-loader.ts';
import { startWorker, workerQueue } from '../../src/worker.ts';
import { runTroupe, runTroupeJson, startTroupe } from '../cli/run-command.ts';
import { spawnTroupe } from '../cli/spawn-troupe.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';
import { createProject } from './workload.ts';

const fail = (thrown: unknown) => {
  throw thrown;
};

test.runIf(!hasRedis)('plans on workers were not tested: there is no Redis server', () => undefined);

describe.skipIf(!hasRedis)('a plan whose work goes to workers', () => {
  let server: RedisServer;
  let project: TestRepository;
  /** A folder that programs on all workers see. */
  let seen: string;
  let exchange: string;
  let queue: string[];
  let namespaces = 0;
  beforeAll(async () => {
    server = await startRedis({ password: 'secret-of-redis' });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    project = createRepository();
    seen = join(project.env.HOME ?? '', 'seen');
    exchange = join(seen, 'exchange.git');
    mkdirSync(seen, { recursive: true });
    execFileSync('git', ['init', '-q', '--bare', exchange]);
    const namespace = `plans_${process.pid}_${namespaces++}`;
    project.write('config.yaml', '');
    queue = ['--exchange', exchange, '--namespace', namespace];
  });
  afterEach(() => project.remove());

  /** An action of one program, as an agent. */
  const program = (script: string) =>
    project.write(
      'one.yaml',
      `name: local/one\ndescription: One program\nexecutionActor:\n  kind: command\n  argv: [sh, -c, '${script}']\n`,
    );
  const userConfig = (text: string) => {
    const folder = join(project.env.HOME ?? '', '.config', 'troupe');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.yaml'), text);
  };
  const worker = (...words: string[]) => [
    ...['worker', '--queue', server.url, ...queue, '--folder', join(seen, 'workers')],
    ...words,
  ];
  const run = () =>
    startTroupe(project, ['run', '-f', 'one.yaml', '--profile', 'trusted', '--workers', server.url, ...queue]);
  const list = async () =>
    (await runTroupeJson(project, ['worker', 'list', '--queue', server.url, ...queue.slice(2)])).data.workers as {
      draining: boolean;
      running: number;
      concurrency: number;
      agents: Record<string, string | null>;
    }[];

  test('stays with the owner when its files go through a filter of git, and says so [R277]', async () => {
    project.write('.gitattributes', '*.secret filter=rot\n');
    for (const step of ['clean', 'smudge']) project.git('config', `filter.rot.${step}`, 'tr a-z n-za-m');
    project.write('old.secret', 'hello\n');
    project.git('add', '-A');
    project.git('commit', '-qm', 'Secret');
    program('cat old.secret old.secret > new.secret');
    const one = startTroupe(project, worker('--allow-command', 'sh'));
    await expect.poll(list, { timeout: 20_000 }).toHaveLength(1);
    expect(await run().done).toBe(0);
    const log = (await runTroupe(project, ['plan', 'logs'])).out;
    expect(log).toContain('works on this machine: files of the project go through the git filter rot');
    const diff = (await runTroupe(project, ['plan', 'diff'])).out;
    expect(diff).toContain('+uryyb');
    expect(diff).not.toContain('hello');
    one.io.signal('SIGTERM');
    expect(await one.done).toBe(0);
  }, 120_000);

  test('are listed by the owner, its UI and its inspector', async () => {
    const { exchange: shared } = createProject(join(seen, 'listed'));
    const at = { queue: server.url, namespace: `listed_${process.pid}` };
    const { PATH = '' } = process.env;
    const worker = await startWorker({
      ...{ ...at, exchange: shared, folder: join(seen, 'workers'), env: { PATH } },
      ...{ agents: ['steps'], labels: ['gpu'], commands: ['npm test'], concurrency: 3 },
    });
    const root = join(seen, 'listed', 'project');
    await using troupe = await openTroupe({
      ...{ store: levelStore(join(seen, 'listed', 'store')), project: gitProject(root) },
      workers: workerQueue({ ...at, exchange: shared }),
    });
    const [listed, ...others] = await troupe.workers();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      id: worker.id,
      concurrency: 3,
      running: 0,
      labels: ['gpu'],
      commands: ['npm test'],
    });
    const text = expect.stringMatching(/0 of 3 · steps · labels gpu · may run npm test/);
    const handler = createRequestHandler(troupe, { control: false, charts: null as never });
    expect(await handler.query({ what: 'workers' })).toEqual([{ id: worker.id, text }]);
    const loader = createContentLoader(troupe, { clock: systemClock(), changed() {}, failed: fail });
    loader.load({ views: ['workers'], planId: null, detail: null });
    await expect.poll(() => loader.content().workers).toMatchObject({ list: [{ id: worker.id }], problem: null });
    await worker.drain();
    await expect.poll(() => loader.content().workers).toEqual({ list: [], problem: null });
    loader.close();
  }, 60_000);

  test('says that its checks wait for a worker that may run them [R277]', async () => {
    const { exchange: shared } = createProject(join(seen, 'checked'));
    const at = { queue: server.url, namespace: `checked_${process.pid}`, exchange: shared };
    const { PATH = '' } = process.env;
    const worker = await startWorker({ ...at, folder: join(seen, 'workers'), env: { PATH }, agents: ['steps'] });
    await using troupe = await openTroupe({
      ...{ store: levelStore(join(seen, 'checked', 'store')), workers: workerQueue(at) },
      project: gitProject(join(seen, 'checked', 'project'), { sandboxes: join(seen, 'checked', 'sandboxes') }),
    });
    const steps = [{ write: { path: 'new.txt', content: 'new\n' } }];
    const validations = [{ name: 'there', argv: ['test', '-f', 'new.txt'] }];
    const action = {
      name: 'checked',
      description: 'Check',
      executionActor: { kind: 'steps' as const, steps },
      validations,
    };
    const plan = await troupe.use({ action: action as never, profile: 'trusted', start: true });
    const queue = async () => {
      const { phase, state } = await plan.record();
      if (phase === 'strategize' && state === 'complete') await plan.execute();
      return (await plan.record()).queue;
    };
    await expect.poll(queue, { timeout: 60_000 }).toEqual({
      ...{ cap: 'workers', agent: 'there' },
      reason: 'the only worker does not fit: --allow-command does not allow test -f new.txt',
    });
    await plan.cancel();
    expect(await queue()).toBeNull();
    await worker.drain();
  }, 120_000);

  test('has the work of a worker that was killed done by another one that starts later, once [R274]', async () => {
    program(`if mkdir ${seen}/begun; then sleep 600; fi; echo done >> ${seen}/done; echo text > new.txt`);
    const first = spawnTroupe(project, worker('--allow-command', 'sh', '--lease', '2'));
    const plan = run();
    await expect.poll(() => existsSync(join(seen, 'begun')), { timeout: 60_000 }).toBe(true);
    first.child.kill('SIGKILL');
    await first.exited;
    // The owner takes the work back meanwhile.
    const status = async () => (await runTroupe(project, ['plan', 'status'])).out;
    await expect.poll(status, { timeout: 60_000 }).toContain('there is no worker');
    const second = spawnTroupe(project, worker('--allow-command', 'sh', '--lease', '2'));
    expect(await plan.done).toBe(0);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(readFileSync(join(seen, 'done'), 'utf8')).toBe('done\n');
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('new.txt');
    const log = (await runTroupe(project, ['plan', 'logs'])).out;
    expect(log).toMatch(/begins it again: the one before is gone/);
  }, 120_000);

  test('waits for a worker that fits, which finishes it after SIGTERM [R277] [R278] [R279]', async () => {
    program(`touch ${seen}/begun; until test -e ${seen}/go; do sleep 0.1; done; echo $GREETING > new.txt`);
    const settings = { queue: server.url, exchange, namespace: queue[3], labels: ['fast'] };
    userConfig(JSON.stringify({ workers: settings }));
    const slow = startTroupe(project, worker('--allow-command', 'sh', '--agents', 'steps', '--concurrency', '3'));
    const strict = startTroupe(project, worker('--labels', 'fast,new'));
    await expect.poll(list, { timeout: 20_000 }).toHaveLength(2);
    const listed = (await list()).sort((a, b) => b.concurrency - a.concurrency);
    expect(listed).toMatchObject([
      { agents: { steps: null }, concurrency: 3, labels: [], commands: ['sh'] },
      { concurrency: 1, labels: ['fast', 'new'], commands: [] },
    ]);
    const plan = startTroupe(project, ['run', '-f', 'one.yaml', '--profile', 'trusted']);
    const log = async () => (await runTroupe(project, ['plan', 'logs'])).out;
    await expect.poll(log, { timeout: 20_000 }).toContain('waits for a worker: none of 2 workers fits: ');
    const reason = (await log()).split('workers fits: ')[1]?.split('\n')[0]?.split('; ').sort();
    expect(reason).toEqual(['--allow-command does not allow sh -c …', 'no label fast']);
    for (const each of [slow, strict]) each.io.signal('SIGTERM');
    expect(await Promise.all([slow.done, strict.done])).toEqual([0, 0]);
    const open = startTroupe(
      project,
      worker('--allow-command', 'sh', '--labels', 'fast', '--env', 'GREETING=hello from the worker'),
    );
    await expect.poll(() => existsSync(join(seen, 'begun')), { timeout: 20_000 }).toBe(true);
    expect(existsSync(join(seen, 'workers', '1'))).toBe(true);
    open.io.signal('SIGTERM');
    await expect.poll(list, { timeout: 20_000 }).toMatchObject([{ draining: true, running: 1 }]);
    writeFileSync(join(seen, 'go'), '');
    expect([await plan.done, await open.done]).toEqual([0, 0]);
    expect(await list()).toEqual([]);
    expect(await log()).toContain('no longer waits for a worker');
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+hello from the worker');
    expect(open.io.err() + open.io.out()).not.toContain('secret-of-redis');
  }, 120_000);
});
