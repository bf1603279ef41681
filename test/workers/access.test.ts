/** Who reaches a queue, and what a worker lets it do: with a real Redis server. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/adapters/queue/engine.ts';
import { type JobData, type JobResult, protocol } from '../../src/adapters/queue/messages.ts';
import { readRegistry } from '../../src/adapters/queue/registry.ts';
import { listWorkers, type StartedWorker, startWorker, type WorkerOptions } from '../../src/worker.ts';
import { spawnTroupe } from '../cli/spawn-troupe.ts';
import { createEmptyFolder, type TestRepository } from '../cli/test-repository.ts';
import { planSpec } from '../fixtures.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

test.runIf(!hasRedis)('access to workers was not tested: there is no Redis server', () => undefined);

const folder = mkdtempSync(join(tmpdir(), 'troupe-access-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasRedis)('a Redis server with TLS and a password', () => {
  let server: RedisServer;
  let place: TestRepository;
  const cert = join(folder, 'cert.pem');
  beforeAll(async () => {
    const key = join(folder, 'key.pem');
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'];
    execFileSync('openssl', [...made, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], {
      stdio: 'pipe',
    });
    server = await startRedis({ password: 'secret-of-redis', tls: { cert, key } });
    place = createEmptyFolder();
  });
  afterAll(async () => {
    place.remove();
    await server.stop();
  });
  const list = async (queue: string, env: Record<string, string>) => {
    const words = ['worker', 'list', '--json', '--queue', queue];
    const { exited, output } = spawnTroupe({ ...place, env: { ...place.env, ...env } }, words);
    const code = await exited;
    return { code, output: output() };
  };

  test('is reached with its certificate and its password, and says what is wrong without', async () => {
    const trusted = { NODE_EXTRA_CA_CERTS: cert };
    const env = { ...place.env, ...trusted };
    const worker = spawnTroupe({ ...place, env }, ['worker', '--queue', server.url, '--agents', 'steps']);
    await expect.poll(worker.output, { timeout: 60_000 }).toContain('takes work from rediss://127.0.0.1');
    const found = await list(server.url, trusted);
    expect(found).toMatchObject({ code: 0, output: expect.stringContaining('"steps"') });
    const refused = await Promise.all([
      list(server.url, {}),
      list(server.url.replace('secret-of-redis', 'guess'), trusted),
      list(server.url.replace(':secret-of-redis@', ''), trusted),
      list(server.url.replace('rediss:', 'redis:'), trusted),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([10, 10, 10, 10]);
    const reasons = ['self-signed certificate', 'WRONGPASS', 'asks for a password', 'ECONNRESET'];
    for (const [at, reason] of reasons.entries()) expect(refused[at]?.output).toContain(reason);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
    expect([worker, found, ...refused].map(each => String(each.output)).join()).not.toContain('secret-of-redis');
  }, 180_000);
});

describe.skipIf(!hasRedis)('a worker', () => {
  let server: RedisServer;
  const open: StartedWorker[] = [];
  let namespaces = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const worker of open.splice(0)) await worker.drain();
  });
  const start = async (namespace: string, options: Partial<WorkerOptions> = {}) => {
    const exchange = join(folder, `${namespace}.git`);
    execFileSync('git', ['init', '-q', '--bare', exchange]);
    const worker = await startWorker({
      ...{ queue: server.url, namespace, exchange, folder: join(folder, 'workers'), agents: ['steps'] },
      env: { PATH: process.env.PATH ?? '' },
      ...options,
    });
    open.push(worker);
    return worker;
  };
  const nextNamespace = () => `access_${namespaces++}`;

  test('is seen only in its namespace', async () => {
    const [one, other] = [nextNamespace(), nextNamespace()];
    const [worker] = [await start(one), await start(other, { labels: ['other'] })];
    const found = await listWorkers({ queue: server.url, namespace: one });
    expect(found.map(({ id }) => id)).toEqual([worker.id]);
    expect(await listWorkers({ queue: server.url, namespace: nextNamespace() })).toEqual([]);
  });

  const marker = join(folder, 'was-here');
  const touch = ['touch', marker];
  const base = {
    ...{ ref: `refs/troupe-exchange/o/20260101/${'a'.repeat(32)}/base`, commit: 'a'.repeat(40), tree: 'a'.repeat(40) },
    ...{ kind: 'git', ignore: '' },
  } as const;
  const agentJob = (agent: object, more: object = {}) => ({
    work: { kind: 'agent', agent, actionFolder: '', onlyLooking: false, base: null, task: {}, ...more },
  });
  const watchdogs = { totalSeconds: 9, idleSeconds: 9, graceSeconds: 1 };
  const checks = (argv: string[], inFolder: string | null) => ({
    work: { kind: 'validations', base, programs: [{ argv, folder: inFolder, watchdogs }] },
  });
  const setup = { run: [touch], include: [], link: [], env: {}, timeout: 9 };
  const servers = { mcpServers: { docs: { command: 'touch', args: [marker] } } };

  test.each<[string, object, string]>([
    ['a command', agentJob({ kind: 'command', argv: touch }), 'WORKER_REFUSED'],
    ['a file of the job with the name of an allowed command', checks(['tools/true'], null), 'WORKER_REFUSED'],
    ['an agent over ACP', agentJob({ kind: 'acp', argv: touch }), 'WORKER_REFUSED'],
    ['an agent that it does not offer', agentJob({ kind: 'preset', agent: 'claude' }), 'WORKER_REFUSED'],
    ['a script', agentJob({ kind: 'script', module: './a.mjs' }), 'WORKER_REFUSED'],
    ['an MCP server', agentJob({ kind: 'command', argv: ['true'], ...servers }), 'WORKER_REFUSED'],
    ['a set-up', { plan: planSpec({ setup }), ...agentJob({ kind: 'steps', steps: [] }, { base }) }, 'WORKER_REFUSED'],
    ['a check', checks(touch, null), 'WORKER_REFUSED'],
    ['a check elsewhere on its machine', checks(['true'], '../../..'), 'PROTOCOL_BROKEN'],
    ['an agent elsewhere', agentJob({ kind: 'steps', steps: [] }, { actionFolder: '/etc' }), 'PROTOCOL_BROKEN'],
  ])('refuses %s that its options do not allow, whatever the job says [R278]', async (_, job, code) => {
    const namespace = nextNamespace();
    await start(namespace, { commands: ['true'] });
    const engine = await openEngine(server.url, { namespace });
    const { queues } = await readRegistry(engine);
    const [queue = ''] = queues;
    const data = {
      protocol,
      key: 'k',
      inbox: 'owner-x',
      attemptsBefore: 0,
      plan: planSpec(),
      ...job,
    } as unknown as JobData;
    const events = engine.events(queue);
    await events.waitUntilReady();
    const added = await engine.queue(queue).add('work', data);
    const result = (await added.waitUntilFinished(events, 30_000)) as JobResult;
    await engine.close();
    expect(result.error?.code).toBe(code);
    expect(existsSync(marker)).toBe(false);
  });
});
