/** Checks that wait for a worker during an apply, and during the search for the subplan that breaks them: you see which check, and why. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, startTroupe } from '../cli/run-command.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

test.runIf(!hasRedis)('waits for workers were not tested: there is no Redis server', () => undefined);

describe.skipIf(!hasRedis)('a check that waits for a worker', () => {
  let server: RedisServer;
  let project: TestRepository;
  let seen: string;
  let queue: string[];
  let namespaces = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    project = createRepository();
    const home = project.env.HOME ?? '';
    seen = join(home, 'seen');
    const exchange = join(seen, 'exchange.git');
    mkdirSync(seen);
    execFileSync('git', ['init', '-q', '--bare', exchange]);
    const namespace = `waits_${process.pid}_${namespaces++}`;
    queue = ['--queue', server.url, '--exchange', exchange, '--namespace', namespace];
    mkdirSync(join(home, '.config', 'troupe'), { recursive: true });
    const config = { workers: { queue: server.url, exchange, namespace } };
    writeFileSync(join(home, '.config', 'troupe', 'config.yaml'), JSON.stringify(config));
  });
  afterEach(() => project.remove());

  const startWorker = () =>
    startTroupe(project, ['worker', ...queue, '--folder', join(seen, 'workers'), '--allow-command', '*']);
  const commit = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    project.git('add', '-A');
    project.git('commit', '-qm', 'Add files');
  };
  /** While no worker runs: the status, the list and the live lines all name the check and the reason. */
  const expectWait = async (command: ReturnType<typeof startTroupe>, state: string) => {
    const wait = 'check needs a worker, and there is no worker';
    const read = async (...words: string[]) => (await runTroupe(project, words)).out;
    await expect.poll(() => read('plan', 'status'), { timeout: 60_000 }).toContain(`Waiting: ${wait}.`);
    expect(await read('plan', 'list')).toMatch(new RegExp(`${state}  \\w.*: waits, ${wait}`));
    await expect.poll(command.io.err, { timeout: 20_000 }).toContain(`waits: ${wait}`);
  };
  const steps = (path: string) => `{ kind: steps, steps: [{ write: { path: ${path}, content: new } }] }`;

  test('is named while a result is applied to a target that moved [R277]', async () => {
    const check = 'validations: [{ name: check, argv: [test, -f, new.txt] }]';
    const action = `name: local/one\ndescription: One\nexecutionActor: ${steps('new.txt')}\n${check}\n`;
    commit({ 'one.yaml': action });
    const first = startWorker();
    expect(await startTroupe(project, ['run', '-f', 'one.yaml', '--profile', 'trusted']).done).toBe(0);
    first.io.signal('SIGTERM');
    await first.done;
    commit({ 'moved.txt': 'moved\n' });
    const apply = startTroupe(project, ['plan', 'apply', '--yes']);
    await expectWait(apply, 'apply processing');
    const second = startWorker();
    expect(await apply.done, apply.io.err()).toBe(0);
    expect(existsSync(join(project.folder, 'new.txt'))).toBe(true);
    expect((await runTroupe(project, ['plan', 'status'])).out).not.toContain('Waiting');
    second.io.signal('SIGTERM');
    await second.done;
  }, 120_000);

  test('is named while the subplan that breaks it is searched [R277]', async () => {
    const subplans = ['good.txt', 'bad.txt'].map(
      path => `    - subplan: { goal: ${path}, executionActor: ${steps(path)} }`,
    );
    const script = `touch ${seen}/begun; until test -e ${seen}/go; do sleep 0.1; done; test ! -e bad.txt`;
    const action = [
      'name: local/two\ndescription: Two\nstrategyActor:\n  kind: steps\n  steps:',
      ...subplans,
      'executionActor: { kind: steps, steps: [] }',
      `validations: [{ name: check, argv: [sh, -c, '${script}'] }]\n`,
    ];
    commit({ 'two.yaml': action.join('\n') });
    const first = startWorker();
    const run = startTroupe(project, ['run', '-f', 'two.yaml', '--profile', 'trusted']);
    await expect.poll(() => existsSync(join(seen, 'begun')), { timeout: 60_000 }).toBe(true);
    // It ends after the check has failed, and takes no check of the search.
    first.io.signal('SIGTERM');
    await expect.poll(first.io.err).toContain('Finishes 1 job');
    writeFileSync(join(seen, 'go'), '');
    await first.done;
    await expectWait(run, 'execute processing');
    const second = startWorker();
    expect(await run.done).toBe(3);
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain('bad.txt');
    second.io.signal('SIGTERM');
    await second.done;
  }, 120_000);
});
