/** The process that is killed: many instances in one store. It takes commands on stdin and acknowledges them on stdout. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { assign, type DoneActorEvent, enqueueActions, raise, setup } from 'xstate';
import { levelStore } from '../../src/adapters/stores/level-store.ts';
import { effect, openDurable } from '../../src/durable.ts';
import {
  type InstanceOrder,
  type InstancesReply,
  type InstancesReport,
  type InstancesRequest,
  type InstanceTotals,
  instanceCount,
} from './instances-protocol.ts';

const [directory = '', durability = 'process', sleepAfterMs = 'Infinity'] = process.argv.slice(2);
const say = (reply: InstancesReply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

type CounterEvent =
  | { type: 'ADD'; cmd: string; amount: number; delayMs: number }
  | { type: 'THROW'; cmd: string }
  | { type: 'TICK' | 'TURN' }
  | DoneActorEvent;

/** Bad events throw once per process, so that an instance can resume. */
const thrown = new Set<string>();

const counter = setup({
  types: {} as {
    context: { cmds: string[]; sum: number; done: number; ticks: number };
    events: CounterEvent;
    tags: 'even';
  },
  actors: {
    job: effect<{ cmd: string }, string>(async ({ input, key }) => {
      appendFileSync(join(directory, 'effects'), `${key} ${input.cmd}\n`);
      return input.cmd;
    }),
  },
  actions: {
    break: ({ event }) => {
      if (event.type === 'THROW') thrown.add(event.cmd);
      throw new Error('broken');
    },
  },
}).createMachine({
  id: 'counter',
  context: { cmds: [], sum: 0, done: 0, ticks: 0 },
  initial: 'even',
  on: {
    TICK: { actions: assign({ ticks: ({ context }) => context.ticks + 1 }) },
    THROW: {
      guard: ({ event }) => !thrown.has(event.cmd),
      actions: [assign({ sum: ({ context }) => context.sum + 1_000_000 }), 'break'],
    },
    'xstate.done.actor.*': { actions: assign({ done: ({ context }) => context.done + 1 }) },
    ADD: {
      actions: [
        assign({
          cmds: ({ context, event }) => [...context.cmds, event.cmd],
          sum: ({ context, event }) => context.sum + event.amount,
        }),
        enqueueActions(({ enqueue, event }) => {
          enqueue.spawnChild('job', { id: event.cmd, input: { cmd: event.cmd } });
          enqueue.raise({ type: 'TICK' }, { delay: event.delayMs, id: event.cmd });
        }),
        raise({ type: 'TURN' }),
      ],
    },
  },
  states: { even: { tags: 'even', on: { TURN: 'odd' } }, odd: { on: { TURN: 'even' } } },
});

const store = await levelStore(join(directory, 'db'), { durability: durability === 'power' ? 'power' : 'process' })();
const fail = (trouble: string) => {
  say({ trouble });
  process.exit(1);
};
const system = await openDurable({
  store,
  machines: { counter },
  search: { counter: { sum: ({ context }) => context.sum, commands: ({ context }) => context.cmds.length } },
  // With a time, half of the instances that are used at once find no place in memory.
  sleepAfterMs: Number(sleepAfterMs),
  maxAwake: sleepAfterMs === 'Infinity' ? instanceCount : instanceCount / 5,
  onFatal: error => fail(`${error.code}: ${error.message}`),
});

async function report(): Promise<InstancesReport> {
  const { asleep } = system.health().instances;
  const listed = await system.list();
  const instances: InstanceTotals[] = [];
  const differing: string[] = [];
  for (const { id, status, state, attributes } of listed) {
    // What the index says is what the row says, also of those that are quarantined.
    const { sum = -1, commands = -1 } = attributes;
    const indexed = await system.list({ where: { sum, commands: { gte: commands, lte: commands } } });
    if (!indexed.some(info => info.id === id)) differing.push(`${id} is not in the index`);
    if (status !== 'running') continue;
    // An order may break it meanwhile.
    const found = await system
      .get('counter', id)
      .query(({ context, value }) => ({ totals: { id, ...context }, value }))
      .catch(() => undefined);
    if (found === undefined) continue;
    instances.push(found.totals);
    if (found.value !== state || found.totals.sum !== sum) differing.push(id);
  }
  return { instances, listed, differing, asleep };
}

async function execute({ cmd, id, amount, delayMs, bad }: InstanceOrder): Promise<void> {
  const instance = await system.start('counter', { id });
  if (bad) await instance.send({ type: 'THROW', cmd }).catch(() => {});
  await untilGood(id, () => instance.command(cmd, { type: 'ADD', cmd, amount, delayMs }));
  say({ ack: cmd });
  await untilGood(id, () => instance.resume());
}

/** Repeats what an error of the instance interrupted, until the instance no longer fails. */
async function untilGood(id: string, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!String(error).includes('broken')) throw error;
      await system
        .get('counter', id)
        .resume()
        .catch(() => {});
    }
  }
}

say({ ready: await report() });
for (const { id } of await system.list({ status: 'quarantined' }))
  await untilGood(id, () => system.get('counter', id).resume());
createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line) as InstancesRequest;
  const work = 'report' in request ? report().then(found => say({ report: found })) : execute(request);
  work.catch((error: unknown) => fail(String(error)));
});
