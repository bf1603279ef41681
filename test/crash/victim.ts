/** The process that is killed: opens the world on a store, takes commands on stdin, acknowledges on stdout. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { levelStore } from '../../src/adapters/level-store.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { openDurable } from '../../src/durable/system.ts';
import { mutantStore } from './mutant-store.ts';
import type { Mutant, Order, Reply, Request, Totals } from './protocol.ts';
import { planCount, worldOf } from './world.ts';

const [directory = '', durability = 'process', mutantName = ''] = process.argv.slice(2);
const mutant = mutantName === '' ? undefined : (mutantName as Mutant);
const say = (reply: Reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
const later = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

async function act(key: string, cmd: string): Promise<void> {
  await later(Math.random() * 10);
  appendFileSync(join(directory, 'effects'), `${key} ${cmd}\n`);
  await later(Math.random() * 10);
}

const opened = await levelStore(join(directory, 'db'), { durability: durability === 'power' ? 'power' : 'process' })();
const store = mutantStore(opened, mutant);
const system = await openDurable({
  store,
  machine: worldOf(act, mutant === 'no barrier'),
  clock: systemClock(),
  rows: ({ seq, event }) => [{ type: 'put', key: `j/${seq}`, value: [event.type, event.cmd] }],
  sink: facts => {
    for (const { seq, event } of facts)
      appendFileSync(join(directory, 'outbox'), `${seq} ${event.type} ${event.cmd}\n`);
  },
  onFatal: fault => {
    say({ trouble: `${fault.code}: ${fault.message}` });
    process.exit(1);
  },
});

async function totals(): Promise<Totals> {
  const sleepers = system.asleep().length;
  const cmds: string[] = [];
  await system.barrier();
  for await (const [, value] of store.entries('j/')) {
    const [type, cmd] = value as [string, string];
    if (type === 'applied') cmds.push(cmd);
  }
  // Commands on their way may put a plan to sleep again; what is counted below is counted in one turn.
  for (let [id] = system.asleep(); id !== undefined; [id] = system.asleep()) await system.wake(id);
  const plans = Array.from({ length: planCount }, (_, at) => system.get(`plan${at}`).getSnapshot());
  const count = (of: 'n' | 'sum' | 'done' | 'ticks') => plans.reduce((all, plan) => all + plan.context[of], 0);
  const ledger = system.get('ledger').getSnapshot().context;
  return {
    n: count('n'),
    sum: count('sum'),
    done: count('done'),
    ticks: count('ticks'),
    jobs: plans.reduce((all, plan) => all + Object.keys(plan.children).length, 0),
    ledgerN: ledger.n,
    ledgerSum: ledger.total,
    journaled: cmds.length,
    distinct: new Set(cmds).size,
    asleep: sleepers,
  };
}

async function obey(order: Order): Promise<void> {
  const { cmd, amount, delayMs } = order;
  const plan = `plan${order.plan}`;
  while (system.asleep().includes(plan)) await system.wake(plan);
  const { duplicate } = await system.command(cmd, () => system.get(plan).send({ type: 'CMD', cmd, amount, delayMs }));
  say({ ack: cmd, duplicate });
  if (order.sleep && !system.asleep().includes(plan)) await system.passivate(plan);
}

say({ ready: await totals() });
createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line) as Request;
  const work = 'report' in request ? totals().then(report => say({ report })) : obey(request);
  work.catch((error: unknown) => {
    say({ trouble: String(error) });
    process.exit(1);
  });
});
