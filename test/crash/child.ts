/** The process that is killed: opens the world on a store, takes commands on stdin, acknowledges on stdout. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../src/adapters/stores/level-store.ts';
import { postgresStore } from '../../src/adapters/stores/postgres-store.ts';
import { openDurable } from '../../src/durable/system.ts';
import { createRootMachine, planCount } from './machines.ts';
import { mutantStore } from './mutant-store.ts';
import type { ChildCommand, ChildReply, ChildRequest, Mutant, StateTotals } from './protocol.ts';

const [directory = '', durability = 'process', mutantName = '', url = ''] = process.argv.slice(2);
const mutant = mutantName === '' ? undefined : (mutantName as Mutant);
const say = (reply: ChildReply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
const delay = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

async function writeEffect(key: string, cmd: string): Promise<void> {
  await delay(Math.random() * 10);
  appendFileSync(join(directory, 'effects'), `${key} ${cmd}\n`);
  await delay(Math.random() * 10);
}

const opener =
  url === ''
    ? levelStore(join(directory, 'db'), { durability: durability === 'power' ? 'power' : 'process' })
    : postgresStore(url, { leaseMs: 300 });
const opened = await opener();
const store = mutantStore(opened, mutant);
const system = await openDurable({
  store,
  machine: createRootMachine(writeEffect, mutant === 'no barrier'),
  clock: systemClock(),
  deriveEventRows: ({ seq, event }) => [{ type: 'put', key: `j/${seq}`, value: [event.type, event.cmd] }],
  deliver: events => {
    for (const { seq, event } of events)
      appendFileSync(join(directory, 'outbox'), `${seq} ${event.type} ${event.cmd}\n`);
  },
  onFatal: error => {
    say({ trouble: `${error.code}: ${error.message}` });
    process.exit(1);
  },
});

async function totals(): Promise<StateTotals> {
  const sleepers = system.passivated().length;
  const cmds: string[] = [];
  await system.barrier();
  for await (const [, value] of store.entries('j/')) {
    const [type, cmd] = value as [string, string];
    if (type === 'applied') cmds.push(cmd);
  }
  // Commands on their way may put a plan to sleep again; what is counted below is counted in one turn.
  for (let [id] = system.passivated(); id !== undefined; [id] = system.passivated()) await system.activate(id);
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
    passivated: sleepers,
  };
}

async function execute(order: ChildCommand): Promise<void> {
  const { cmd, amount, delayMs } = order;
  const plan = `plan${order.plan}`;
  while (system.passivated().includes(plan)) await system.activate(plan);
  const { duplicate } = await system.command(cmd, () => system.get(plan).send({ type: 'CMD', cmd, amount, delayMs }));
  say({ ack: cmd, duplicate });
  if (order.sleep && !system.passivated().includes(plan)) await system.passivate(plan);
}

say({ ready: await totals() });
createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line) as ChildRequest;
  const work = 'report' in request ? totals().then(report => say({ report })) : execute(request);
  work.catch((error: unknown) => {
    say({ trouble: String(error) });
    process.exit(1);
  });
});
