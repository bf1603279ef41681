import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { acpAgent } from '../../../../src/adapters/agents/acp.ts';
import { systemClock } from '../../../../src/adapters/clocks/system-clock.ts';
import { runProcess } from '../../../../src/adapters/process/run.ts';
import { Watchdogs } from '../../../../src/model/watchdogs.ts';
import type { AgentTask } from '../../../../src/ports/agent.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import { taggedPids } from '../../tagged-pids.ts';
import { createToolHarness, type ToolHarness } from '../../tool-harness.ts';

export const fakeAcpAgent = fileURLToPath(new URL('fake-acp-agent.mjs', import.meta.url));
/** Guards for an agent in a role that only looks. */
export const roleIn = {
  strategy: { phase: 'strategize', agentRole: 'strategy' },
  review: { agentRole: 'review' },
} as const;

export interface AcpTrial extends AsyncDisposable {
  harness: ToolHarness;
  /** What the agent got, in order. */
  received(): Promise<Record<string, unknown>[]>;
  /** The answers to its requests, in order. */
  answers(): Promise<unknown[]>;
  usage: { tokens?: number | undefined; usd?: number | undefined }[];
  run(changes?: Partial<AgentTask>): ReturnType<ReturnType<typeof acpAgent>['run']>;
}

/** A fake ACP agent that performs the steps, and a sandbox to run it in. */
export async function tryAcpAgent(
  /** Gets the path of a file outside of the sandbox. */
  steps: object[] | ((path: (name: string) => string) => object[]),
  {
    options = {},
    harness: changes = {},
    model,
    watchdogs = {},
    clock = systemClock(),
    files = { 'a.txt': 'one\ntwo\nthree\n' },
  }: {
    options?: object;
    harness?: Parameters<typeof createToolHarness>[1];
    model?: string;
    watchdogs?: object;
    clock?: Clock;
    files?: Record<string, string>;
  } = {},
): Promise<AcpTrial> {
  const home = await mkdtemp(join(tmpdir(), 'troupe-acp-'));
  const harness = await createToolHarness(files, changes);
  const log = join(home, 'log');
  await writeFile(log, '');
  const usage: AcpTrial['usage'] = [];
  const script = typeof steps === 'function' ? steps(name => join(home, name)) : steps;
  const agent = acpAgent({
    argv: [fakeAcpAgent, JSON.stringify(script), JSON.stringify(options)],
    env: { FAKE_ACP_LOG: log },
    model,
    watchdogs: Watchdogs.parse({ totalSeconds: 60, graceSeconds: 0.5, ...watchdogs }),
    actionDir: '/',
    hostEnv: { PATH: process.env.PATH ?? '' },
    clock,
    run: runProcess,
  });
  const received = async () =>
    (await readFile(log, 'utf8'))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));
  return {
    harness,
    received,
    answers: async () => (await received()).flatMap(({ answer }) => (answer === undefined ? [] : [answer])),
    usage,
    run: more => agent.run(harness.task({ reportUsage: used => usage.push(used), ...more })),
    async [Symbol.asyncDispose]() {
      expect(await taggedPids(harness.task().key)).toEqual([]);
      await harness[Symbol.asyncDispose]();
      await rm(home, { recursive: true });
    },
  };
}
