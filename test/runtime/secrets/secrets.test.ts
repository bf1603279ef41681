import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { type AgentTask, type Plan, type Tool, watchPlans } from '../../../src/index.ts';
import { fakePrivateKey, fakeSecretLines, fakeSecrets } from '../../model/fake-secrets.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

/** For whole plans on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const known = 'c0rrect horse "battery" staple/é';
const secrets = [...fakeSecrets.map(([, secret]) => secret), ...fakePrivateKey.slice(1, 3), known];
const text = [...fakeSecretLines, ...fakePrivateKey, `known: ${known}`].join('\n');

/** The kinds of secrets that are still found, in any JSON encoding. */
function left(searched: string): string[] {
  return secrets.filter(secret => searched.includes(secret) || searched.includes(JSON.stringify(secret).slice(1, -1)));
}

const echo: Tool<{ text: string; password: string }, unknown> = {
  name: 'test/echo',
  description: 'Answers what it was sent.',
  input: z.object({ text: z.string(), password: z.string() }),
  output: z.unknown(),
  sideEffects: [],
  run: async input => ({ received: input }),
};
const fail: Tool<{ text: string }, unknown> = {
  name: 'test/fail',
  description: 'Fails with what it was sent.',
  input: z.object({ text: z.string() }),
  output: z.unknown(),
  sideEffects: [],
  run: async input => {
    throw new Error(`failed with ${input.text}`);
  },
};

const password = fakeSecrets.find(([kind]) => kind === 'password in JSON')?.[1] ?? '';

async function work(task: AgentTask): Promise<void> {
  for (const line of text.split('\n')) task.log(line);
  await task.call('builtin/write', { path: 'written.txt', content: text });
  expect(await task.call('builtin/read', { path: 'written.txt' })).toMatchObject({ content: text });
  expect(await task.call('test/echo', { text, password })).toEqual({ received: { text, password } });
  await expect(task.call('test/fail', { text })).rejects.toThrow(text);
  await task.call('system/create_checkpoint', { label: `with ${fakeSecrets[2]?.[1]}` });
  const [, token = ''] = fakeSecrets[2] ?? [];
  const pieces = `cat "$0"; printf "in pieces: %s" "$1"; sleep 0.2; printf "%s\\n" "$2"`;
  await task.call('builtin/run', { argv: ['sh', '-c', pieces, 'written.txt', token.slice(0, 9), token.slice(9)] });
  await task.call('builtin/decide', {
    question: `What about ${text}?`,
    chosenOption: text,
    rationale: text,
    confidence: 1,
    alternatives: [{ description: text, reason: text }],
  });
}

let testProject: TestProject;
let folder: string;
let plans: Plan[];
/** Everything that was shown while the plans ran. */
const shown: unknown[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-secrets-'));
  const agents = {
    worker: async (task: AgentTask) => {
      if (task.role === 'execution') await work(task);
    },
    failer: (task: AgentTask) => {
      for (const line of text.split('\n')) task.log(line);
      throw new Error(`cannot go on: ${text}`);
    },
  };
  testProject = await createTestProject(agents, {
    lasting: true,
    store: levelStore(join(folder, 'db')),
    logs: join(folder, 'logs'),
    secrets: { WORDS: known },
    env: { PATH: process.env.PATH ?? '', WORDS: known },
    tools: [echo, fail],
  });
  const { troupe } = testProject;
  const watch = watchPlans(troupe);
  watch.subscribe(() => shown.push(watch.snapshot()));
  const stop = new AbortController();
  const looking = Promise.all([
    follow(troupe.traces({ signal: stop.signal })),
    follow(troupe.events({ signal: stop.signal })),
  ]);
  await troupe.actions.create({
    name: 'works',
    description: 'Work with {{word}}',
    executionActor: 'worker',
    automationProfile: 'auto',
    arguments: { word: {} },
    validations: [{ name: 'prints', argv: ['sh', '-c', 'cat written.txt; echo $WORDS; exit 1'], required: false }],
  });
  await troupe.actions.create({ name: 'fails', description: 'Fail', executionActor: 'failer' });
  const worked = await troupe.use({ action: 'works', arguments: { word: text }, start: true });
  await worked.prompt(`mind ${text}`);
  await worked.execute().catch(() => undefined);
  await worked.waitUntilIdle();
  const failed = await troupe.use({ action: 'fails', goal: `Fail with ${text}` });
  await failed.execute();
  await failed.waitUntilIdle();
  await worked.cancel(`because of ${text}`);
  plans = [worked, failed];
  stop.abort();
  await looking;
  await watch[Symbol.asyncDispose]();
});
afterAll(async () => {
  await testProject.close();
  rmSync(folder, { recursive: true, force: true });
});

async function follow(values: AsyncIterable<unknown>): Promise<void> {
  for await (const value of values) shown.push(value);
}

function filesIn(at: string): string[] {
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

describe('No planted secret of 23 kinds, and no known value, [R182]', () => {
  test('is in what is shown while plans run: events, messages between actors, views', async () => {
    expect(shown.length).toBeGreaterThan(10);
    expect(left(JSON.stringify(shown))).toEqual([]);
  });

  test('is in a record, decision, call, checkpoint or log of a plan', async () => {
    const [worked] = plans;
    expect((await worked?.toolCalls())?.map(({ tool, redacted }) => [tool, redacted])).toEqual([
      ['builtin/write', undefined],
      ['builtin/read', true],
      ['test/echo', true],
      ['test/fail', undefined],
      ['system/create_checkpoint', true],
      ['builtin/run', true],
      ['builtin/decide', undefined],
    ]);
    expect(JSON.stringify(await worked?.record())).toContain('[value of WORDS]');
    for (const plan of plans) {
      const of = [plan.record(), plan.decisions({ superseded: true }), plan.toolCalls(), plan.checkpoints.list()];
      expect(left(JSON.stringify(await Promise.all(of)))).toEqual([]);
      const lines: string[] = [];
      for await (const line of plan.logs()) lines.push(JSON.stringify(line));
      expect(lines.length).toBeGreaterThan(20);
      expect(left(lines.join('\n'))).toEqual([]);
    }
  });

  test('is in the records of an export', async () => {
    for (const plan of plans) {
      for await (const line of plan.export({ files: false })) expect(left(line)).toEqual([]);
    }
  });

  test('is redacted in a file that an agent wrote', async () => {
    const [worked] = plans;
    const { resultTree, workTree } = (await worked?.record()) ?? {};
    expect(testProject.git('show', `${resultTree ?? workTree}:written.txt`)).toBe(text);
  });

  test('is in the store, read row by row and byte by byte, or in the log files', async () => {
    await testProject.troupe.close();
    const store = await levelStore(join(folder, 'db'))();
    let rows = 0;
    for await (const row of store.entries('')) {
      rows += 1;
      expect(left(JSON.stringify(row))).toEqual([]);
    }
    await store.close();
    expect(rows).toBeGreaterThan(30);
    expect(filesIn(folder).flatMap(file => left(readFileSync(file, 'utf8')).map(secret => [file, secret]))).toEqual([]);
  });
});
