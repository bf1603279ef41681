/**
 * Keeps commands open, kills the victim at random moments, its boot included, starts it again and sends again what was not
 * acknowledged. After every start and at the end it compares what it was told with what it finds.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Mutant, Order, Reply, Totals } from './protocol.ts';
import { planCount } from './world.ts';

export interface Drive {
  program: string;
  directory: string;
  random: () => number;
  kills: number;
  mutant?: Mutant;
}

export interface Verdict {
  /** What went wrong; empty when every promise held. */
  broken: string[];
  kills: number;
  killsInBoot: number;
  commands: number;
  /** Acknowledged as duplicates: their first try was committed, and the acknowledgement lost with the process. */
  recognised: number;
  /** Effects that ran again, all under the key they had. */
  repeated: number;
  redelivered: number;
  /** Most plans found asleep at a start. */
  asleep: number;
}

const openAtOnce = 24;
const settleMs = 10_000;

export async function drive(options: Drive): Promise<Verdict> {
  const { random, kills } = options;
  const orders = new Map<string, Order>();
  const acked = new Set<string>();
  const verdict: Verdict = {
    broken: [],
    kills: 0,
    killsInBoot: 0,
    commands: 0,
    recognised: 0,
    repeated: 0,
    redelivered: 0,
    asleep: 0,
  };
  const open = () => orders.size - acked.size;

  function next(): Order {
    const order = {
      cmd: `c${orders.size}`,
      plan: Math.floor(random() * planCount),
      amount: 1 + Math.floor(random() * 100),
      delayMs: 20 + Math.floor(random() * 150),
      // Each mutant is to be caught by the promise it breaks, not by a sleeper that misses its rows.
      sleep: random() < 0.1 && options.mutant === undefined,
    };
    orders.set(order.cmd, order);
    return order;
  }

  /** Clients that were cut off come back in any order. */
  function shuffled(list: Iterable<Order>): Order[] {
    return [...list]
      .map(order => ({ order, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ order }) => order);
  }

  /** One life of the victim: until it is killed, or, in the last one, until everything has settled. */
  async function live(last: boolean): Promise<Totals | undefined> {
    const args = [options.program, options.directory, random() < 0.5 ? 'process' : 'power', options.mutant ?? ''];
    const victim = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const errors: string[] = [];
    victim.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    victim.stdin.on('error', () => {});
    let ready = false;
    let killer: NodeJS.Timeout | undefined;
    const kill = () => {
      verdict.kills++;
      if (!ready) verdict.killsInBoot++;
      victim.kill('SIGKILL');
    };
    if (!last && random() < 0.25) killer = setTimeout(kill, 20 + random() * 130);
    const send = (message: object) => victim.stdin.write(`${JSON.stringify(message)}\n`);
    const fill = () => {
      while (open() < openAtOnce && !last) send(next());
    };
    let final: Totals | undefined;
    let settle: NodeJS.Timeout | undefined;
    const hear = (reply: Reply) => {
      if ('trouble' in reply) verdict.broken.push(reply.trouble);
      else if ('ready' in reply) {
        ready = true;
        compare(reply.ready);
        for (const order of shuffled(orders.values())) if (!acked.has(order.cmd)) send(order);
        if (last) send({ report: true });
        else killer ??= setTimeout(kill, random() * 250);
        fill();
      } else if ('ack' in reply) {
        if (acked.has(reply.ack)) verdict.broken.push(`${reply.ack} was acknowledged twice`);
        acked.add(reply.ack);
        if (reply.duplicate) verdict.recognised++;
        fill();
      } else {
        final = reply.report;
        if (open() === 0 && isSettled(final, orders.size)) victim.kill('SIGKILL');
        else settle = setTimeout(() => send({ report: true }), 20);
      }
    };
    const lines = createInterface({ input: victim.stdout }).on('line', line => hear(JSON.parse(line) as Reply));
    const patience = last ? setTimeout(() => victim.kill('SIGKILL'), settleMs) : undefined;
    await ended(victim, lines);
    for (const timer of [killer, settle, patience]) clearTimeout(timer);
    if (victim.signalCode !== 'SIGKILL') verdict.broken.push(`the victim ended by itself: ${errors.join('').trim()}`);
    return final;
  }

  function compare(found: Totals): void {
    verdict.asleep = Math.max(verdict.asleep, found.asleep);
    const claims: [boolean, string][] = [
      [found.n >= acked.size, `of ${acked.size} acknowledged commands only ${found.n} were applied`],
      [found.n <= orders.size, `${found.n} commands were applied where ${orders.size} were sent`],
      [found.n === found.ledgerN && found.sum === found.ledgerSum, `the cut is inconsistent: ${JSON.stringify(found)}`],
      [found.n === found.journaled, `${found.n} commands were applied and ${found.journaled} journaled`],
      [found.distinct === found.journaled, `${found.journaled - found.distinct} commands were applied twice`],
      [strayKeys(options.directory) === 0, `${strayKeys(options.directory)} effects ran under two keys or shared one`],
    ];
    for (const [holds, otherwise] of claims) if (!holds) verdict.broken.push(otherwise);
  }

  while (verdict.kills < kills && verdict.broken.length === 0) await live(false);
  if (verdict.broken.length > 0) return verdict;
  const final = await live(true);
  verdict.commands = orders.size;
  if (final === undefined) verdict.broken.push('the last life never reported');
  else {
    compare(final);
    const sum = [...orders.values()].reduce((all, order) => all + order.amount, 0);
    const expected = { n: orders.size, sum, done: orders.size, ticks: orders.size, jobs: 0 };
    const { n, done, ticks, jobs } = final;
    const found = { n, sum: final.sum, done, ticks, jobs };
    const same = JSON.stringify(found) === JSON.stringify(expected);
    if (!same) verdict.broken.push(`it ended with ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    checkLogs(options.directory, orders.size, verdict);
  }
  return verdict;
}

const isSettled = ({ n, done, ticks, jobs }: Totals, sent: number) =>
  n === sent && done === sent && ticks === sent && jobs === 0;

async function ended(victim: ChildProcessWithoutNullStreams, lines: NodeJS.EventEmitter): Promise<void> {
  const closed = new Promise(resolve => lines.once('close', resolve));
  await new Promise(resolve => victim.once('exit', resolve));
  await closed;
}

/** Lines of a log, without one the kill tore. */
const log = (directory: string, name: string): string[][] => {
  const path = join(directory, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' '));
};

/** Effects that ran under more than one key, and keys under which more than one effect ran. */
function strayKeys(directory: string): number {
  const keys = new Map<string, Set<string>>();
  const cmds = new Map<string, Set<string>>();
  for (const [key = '', cmd = ''] of log(directory, 'effects')) {
    keys.set(cmd, (keys.get(cmd) ?? new Set()).add(key));
    cmds.set(key, (cmds.get(key) ?? new Set()).add(cmd));
  }
  return [...keys.values(), ...cmds.values()].filter(of => of.size > 1).length;
}

/** Every effect ran, and every fact was delivered, each under one number. */
function checkLogs(directory: string, sent: number, verdict: Verdict): void {
  const effects = log(directory, 'effects');
  const ran = new Set(effects.map(([, cmd]) => cmd));
  if (ran.size !== sent) verdict.broken.push(`${ran.size} effects ran for ${sent} commands`);
  verdict.repeated = effects.length - ran.size;
  const facts = log(directory, 'outbox');
  const told = new Map(facts.map(([seq = '', type = '', cmd = '']) => [seq, `${type} ${cmd}`]));
  const expected = 2 * sent;
  if (told.size !== expected || new Set(told.values()).size !== expected) {
    const lines = [...told].map(([seq, fact]) => `${seq} ${fact}`);
    const once = new Set<string>();
    const twice = [...told.values()].filter(fact => once.size === once.add(fact).size);
    const doubled = lines.filter(line => twice.some(fact => line.endsWith(` ${fact}`)));
    verdict.broken.push(`${told.size} facts were delivered where there are ${expected}: ${doubled.join(', ')}`);
  }
  verdict.redelivered = facts.length - told.size;
}
