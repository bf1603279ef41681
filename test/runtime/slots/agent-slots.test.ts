/** Limits of running agents: which agents wait, in which order, and what happens when one stops waiting. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { openMachineSlots } from '../../../src/adapters/slots/machine-slots.ts';
import type { AgentTask } from '../../../src/index.ts';
import type { AgentQueuePosition } from '../../../src/model/agent-queue.ts';
import { createAgentSlots } from '../../../src/runtime/slots/agent-slots.ts';
import { waitUntil as until } from '../../machines/run-machine.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'troupe-turns-')));
  return folders.at(-1) ?? '';
};
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});

const never = new AbortController().signal;

/** A client that acquires a slot. */
function taker(turns: ReturnType<typeof createAgentSlots>, agent = 'claude', signal: AbortSignal = never) {
  const positions: AgentQueuePosition[] = [];
  const turn = turns.acquire(agent, {
    signal,
    onQueued: async queue => {
      positions.push(queue);
    },
  });
  const state = { has: false, failed: null as unknown };
  turn.then(
    () => {
      state.has = true;
    },
    thrown => {
      state.failed = thrown;
    },
  );
  return { positions, state, giveBack: async () => (await turn)() };
}

describe('Slots of one kind of agent [R137]', () => {
  const open = () => createAgentSlots({ caps: { Claude: 1, command: 1 }, machine: null, clock: manualClock() });

  test('are limited; a waiting agent learns why, and agents are served in order', async () => {
    const turns = open();
    const [first, second, third] = [taker(turns), taker(turns), taker(turns)];
    await until(() => first.state.has);
    expect([second.state.has, third.state.has]).toEqual([false, false]);
    expect(first.positions).toEqual([]);
    expect([second.positions, third.positions]).toEqual([
      [{ cap: 'agent', agent: 'claude', most: 1, ahead: 0 }],
      [{ cap: 'agent', agent: 'claude', most: 1, ahead: 1 }],
    ]);
    await first.giveBack();
    const late = taker(turns);
    await until(() => second.state.has);
    expect([third.state.has, late.state.has]).toEqual([false, false]);
    await second.giveBack();
    await until(() => third.state.has);
    await third.giveBack();
    await until(() => late.state.has);
  });

  test('do not limit other agents; an agent described inline is counted by its kind', async () => {
    const turns = open();
    const [claude, other] = [taker(turns), taker(turns, 'codex')];
    await until(() => claude.state.has && other.state.has);
    const inPlace = () =>
      turns.acquire(
        {
          kind: 'command',
          argv: ['x'],
          env: {},
          watchdogs: { totalSeconds: 1, idleSeconds: 1, graceSeconds: 1, outputMiB: 1 },
        },
        { signal: never, onQueued: () => Promise.reject(new Error('it has to wait')) },
      );
    const giveBack = await inPlace();
    await expect(inPlace()).rejects.toThrow('it has to wait');
    await giveBack();
    await (await inPlace())();
  });

  test('that are no longer wanted go to the next in the queue', async () => {
    const turns = open();
    const controller = new AbortController();
    const first = taker(turns);
    const gone = taker(turns, 'claude', controller.signal);
    const next = taker(turns);
    await until(() => next.positions.length === 1);
    controller.abort(new Error('enough'));
    await until(() => gone.state.failed !== null);
    expect(gone.state.failed).toMatchObject({ message: 'enough' });
    await first.giveBack();
    await until(() => next.state.has);
    await expect(turns.acquire('claude', { signal: controller.signal, onQueued: async () => {} })).rejects.toThrow(
      'enough',
    );
  });
});

describe('Slots of a machine [R137]', () => {
  const open = (place: string, clock = manualClock()) => ({
    clock,
    turns: createAgentSlots({ caps: { claude: 2 }, machine: openMachineSlots({ most: 2, folder: place }), clock }),
  });

  test('are shared by all of its processes, for all agents', async () => {
    const place = folder();
    const [one, other] = [open(place), open(place)];
    const [first, second] = [taker(one.turns, 'claude'), taker(other.turns, 'codex')];
    await expect.poll(() => first.state.has && second.state.has, { timeout: 20_000 }).toBe(true);
    const third = taker(one.turns, 'aider');
    const fourth = taker(one.turns, 'aider');
    await expect
      .poll(() => third.positions, { timeout: 20_000 })
      .toEqual([{ cap: 'machine', agent: 'aider', most: 2, ahead: 0 }]);
    expect(fourth.positions).toEqual([{ cap: 'machine', agent: 'aider', most: 2, ahead: 0 }]);
    await second.giveBack();
    await expect
      .poll(
        () => {
          one.clock.advance(100);
          return third.state.has;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(fourth.state.has).toBe(false);
    await first.giveBack();
    await expect
      .poll(
        () => {
          one.clock.advance(100);
          return fourth.state.has;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await Promise.all([third.giveBack(), fourth.giveBack()]);
    expect(readdirSync(place)).toEqual([]);
  });

  test('of a process that died are free again', async () => {
    const place = folder();
    const dead = { pid: 2 ** 22 + 1, started: '1', host: hostname(), purpose: 'agent at work', nonce: 'x' };
    for (const at of [0, 1]) writeFileSync(join(place, `agent-${at}`), JSON.stringify(dead));
    const turn = taker(open(place).turns);
    await expect.poll(() => turn.state.has, { timeout: 20_000 }).toBe(true);
    await turn.giveBack();
  });

  test('are not taken by an agent that was stopped, and those it held are released', async () => {
    const place = folder();
    const { turns } = open(place);
    const held = [taker(turns, 'a'), taker(turns, 'b')];
    await expect.poll(() => held.every(({ state }) => state.has), { timeout: 20_000 }).toBe(true);
    const controller = new AbortController();
    const stopped = taker(turns, 'claude', controller.signal);
    await expect.poll(() => stopped.positions.length, { timeout: 20_000 }).toBe(1);
    controller.abort(new Error('enough'));
    await expect.poll(() => stopped.state.failed, { timeout: 20_000 }).toMatchObject({ message: 'enough' });
    for (const each of held) await each.giveBack();
    const [again, more] = [taker(turns), taker(turns)];
    await expect.poll(() => again.state.has && more.state.has, { timeout: 20_000 }).toBe(true);
    for (const each of [again, more]) await each.giveBack();
  });

  test('cannot be acquired if the folder is a file', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    await expect(openMachineSlots({ most: 1, folder: file }).tryAcquire()).rejects.toThrow('EEXIST');
  });
});

test(
  'A plan whose agent waits for a slot reports it, is not charged for the wait, and continues when one is free [R26, R137]',
  {
    timeout: 60_000,
  },
  async () => {
    const working = new Map<string, () => void>();
    const testProject = await createTestProject(
      {
        slow: (task: AgentTask) =>
          new Promise<void>(resolve => {
            working.set(task.plan.description, resolve);
            task.signal.addEventListener('abort', () => resolve());
          }),
      },
      { agentLimits: { slow: 1 } },
    );
    const done = testProject.run(
      async task => {
        for (const goal of ['a', 'b']) await spawnSubplan(task, goal, { executionActor: 'slow' });
      },
      { subplans: { timeoutSeconds: 120 } },
    );
    const queued = async () => {
      const records = await testProject.troupe.list({ all: true, children: true });
      return records.flatMap(({ description, queue }) => (queue ? [{ description, queue }] : []));
    };
    await expect.poll(async () => [(await queued()).length, working.size], { timeout: 25_000 }).toEqual([1, 1]);
    const [waiting] = await queued();
    expect(waiting?.queue).toEqual({ cap: 'agent', agent: 'slow', most: 1, ahead: 0 });
    expect([...working.keys()]).not.toContain(waiting?.description);
    const [first] = working.values();
    first?.();
    await expect.poll(() => working.size, { timeout: 25_000 }).toBe(2);
    expect(await queued()).toEqual([]);
    for (const finish of working.values()) finish();
    expect((await done).record.state).toBe('complete');
  },
);
