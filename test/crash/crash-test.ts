/**
 * Keeps commands open, kills the child at random moments, its boot included, starts it again and sends again what was not
 * acknowledged. After every start and at the end it compares the acknowledgements with what it finds.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { planCount } from './machines.ts';
import type { ChildCommand, ChildReply, Mutant, StateTotals } from './protocol.ts';

export interface CrashTestOptions {
  program: string;
  directory: string;
  random: () => number;
  kills: number;
  mutant?: Mutant;
  /** The PostgreSQL database with the store. @default a store on LevelDB in the directory */
  url?: string;
}

export interface CrashTestReport {
  /** What went wrong; empty when every promise held. */
  violations: string[];
  kills: number;
  killsInBoot: number;
  commands: number;
  /** Acknowledged as duplicates: their first try was committed, and the acknowledgement lost with the process. */
  deduplicated: number;
  /** Effects that ran again, all under the key they had. */
  repeated: number;
  redelivered: number;
  /** Most plans found asleep at a start. */
  passivated: number;
}

const openAtOnce = 24;
const idleTimeoutMs = 10_000;

export async function runCrashTest(options: CrashTestOptions): Promise<CrashTestReport> {
  const commands = createCommands(options);
  const verdict: CrashTestReport = {
    violations: [],
    kills: 0,
    killsInBoot: 0,
    commands: 0,
    deduplicated: 0,
    repeated: 0,
    redelivered: 0,
    passivated: 0,
  };
  const test: CrashTest = { options, commands, verdict };
  while (verdict.kills < options.kills && verdict.violations.length === 0) await live(test, false);
  if (verdict.violations.length > 0) return verdict;
  const final = await live(test, true);
  verdict.commands = commands.sent.size;
  if (final === undefined) verdict.violations.push('the last life never reported');
  else compareEnd(test, final);
  return verdict;
}

interface CrashTest {
  options: CrashTestOptions;
  commands: Commands;
  verdict: CrashTestReport;
}

interface Commands {
  readonly sent: ReadonlyMap<string, ChildCommand>;
  readonly acknowledged: Set<string>;
  /** Number of commands without an acknowledgement. */
  open(): number;
  next(): ChildCommand;
  /** Those without an acknowledgement: clients that were cut off come back in any order. */
  unacknowledged(): ChildCommand[];
}

function createCommands({ random, mutant }: CrashTestOptions): Commands {
  const sent = new Map<string, ChildCommand>();
  const acknowledged = new Set<string>();
  const shuffled = (list: Iterable<ChildCommand>) =>
    [...list]
      .map(order => ({ order, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ order }) => order);
  return {
    sent,
    acknowledged,
    open: () => sent.size - acknowledged.size,
    next() {
      const order = {
        cmd: `c${sent.size}`,
        plan: Math.floor(random() * planCount),
        amount: 1 + Math.floor(random() * 100),
        delayMs: 20 + Math.floor(random() * 150),
        // Each mutant is to be caught by the promise it breaks, not by a sleeper that misses its rows.
        sleep: random() < 0.1 && mutant === undefined,
      };
      sent.set(order.cmd, order);
      return order;
    },
    unacknowledged: () => shuffled(sent.values()).filter(({ cmd }) => !acknowledged.has(cmd)),
  };
}

/** One run of the child: until it is killed, or, in the last one, until everything is idle. */
async function live(test: CrashTest, last: boolean): Promise<StateTotals | undefined> {
  const { commands, verdict } = test;
  const { program, directory, random, mutant = '', url = '' } = test.options;
  const args = [program, directory, random() < 0.5 ? 'process' : 'power', mutant, url];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  child.stdin.on('error', () => {});
  let ready = false;
  let killer: NodeJS.Timeout | undefined;
  const kill = () => {
    verdict.kills++;
    if (!ready) verdict.killsInBoot++;
    child.kill('SIGKILL');
  };
  if (!last && random() < 0.25) killer = setTimeout(kill, 20 + random() * 130);
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const fill = () => {
    while (commands.open() < openAtOnce && !last) send(commands.next());
  };
  let final: StateTotals | undefined;
  let reportTimer: NodeJS.Timeout | undefined;
  const hear = (reply: ChildReply) => {
    if ('trouble' in reply) verdict.violations.push(reply.trouble);
    else if ('ready' in reply) {
      ready = true;
      compareTotals(test, reply.ready);
      for (const order of commands.unacknowledged()) send(order);
      if (last) send({ report: true });
      else killer ??= setTimeout(kill, random() * 250);
      fill();
    } else if ('ack' in reply) {
      if (commands.acknowledged.has(reply.ack)) verdict.violations.push(`${reply.ack} was acknowledged twice`);
      commands.acknowledged.add(reply.ack);
      if (reply.duplicate) verdict.deduplicated++;
      fill();
    } else {
      final = reply.report;
      if (commands.open() === 0 && isIdle(final, commands.sent.size)) child.kill('SIGKILL');
      else reportTimer = setTimeout(() => send({ report: true }), 20);
    }
  };
  const lines = createInterface({ input: child.stdout }).on('line', line => hear(JSON.parse(line) as ChildReply));
  const patience = last ? setTimeout(() => child.kill('SIGKILL'), idleTimeoutMs) : undefined;
  await waitForExit(child, lines);
  for (const timer of [killer, reportTimer, patience]) clearTimeout(timer);
  if (child.signalCode !== 'SIGKILL') verdict.violations.push(`the child ended by itself: ${errors.join('').trim()}`);
  return final;
}

/** Compares what the child found at its start with what it had acknowledged. */
function compareTotals({ options, commands: { sent, acknowledged }, verdict }: CrashTest, found: StateTotals): void {
  verdict.passivated = Math.max(verdict.passivated, found.passivated);
  const leftover = findLeftoverKeys(options.directory);
  const claims: [boolean, string][] = [
    [found.n >= acknowledged.size, `of ${acknowledged.size} acknowledged commands only ${found.n} were applied`],
    [found.n <= sent.size, `${found.n} commands were applied where ${sent.size} were sent`],
    [found.n === found.ledgerN && found.sum === found.ledgerSum, `the cut is inconsistent: ${JSON.stringify(found)}`],
    [found.n === found.journaled, `${found.n} commands were applied and ${found.journaled} journaled`],
    [found.distinct === found.journaled, `${found.journaled - found.distinct} commands were applied twice`],
    [leftover === 0, `${leftover} effects ran under two keys or shared one`],
  ];
  for (const [holds, otherwise] of claims) if (!holds) verdict.violations.push(otherwise);
}

/** Compares what there is when everything is idle with what was sent. */
function compareEnd(test: CrashTest, final: StateTotals): void {
  const { options, commands, verdict } = test;
  compareTotals(test, final);
  const { size } = commands.sent;
  const sum = [...commands.sent.values()].reduce((all, order) => all + order.amount, 0);
  const expected = { n: size, sum, done: size, ticks: size, jobs: 0 };
  const { n, done, ticks, jobs } = final;
  const found = { n, sum: final.sum, done, ticks, jobs };
  const same = JSON.stringify(found) === JSON.stringify(expected);
  if (!same) verdict.violations.push(`it ended with ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  compareLogs(options.directory, size, verdict);
}

const isIdle = ({ n, done, ticks, jobs }: StateTotals, sent: number) =>
  n === sent && done === sent && ticks === sent && jobs === 0;

async function waitForExit(child: ChildProcessWithoutNullStreams, lines: NodeJS.EventEmitter): Promise<void> {
  const closed = new Promise(resolve => lines.once('close', resolve));
  await new Promise(resolve => child.once('exit', resolve));
  await closed;
}

/** Lines of a log, without one the kill tore. */
const readLog = (directory: string, name: string): string[][] => {
  const path = join(directory, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' '));
};

/** Effects that ran under more than one key, and keys under which more than one effect ran. */
function findLeftoverKeys(directory: string): number {
  const keys = new Map<string, Set<string>>();
  const cmds = new Map<string, Set<string>>();
  for (const [key = '', cmd = ''] of readLog(directory, 'effects')) {
    keys.set(cmd, (keys.get(cmd) ?? new Set()).add(key));
    cmds.set(key, (cmds.get(key) ?? new Set()).add(cmd));
  }
  return [...keys.values(), ...cmds.values()].filter(of => of.size > 1).length;
}

/** Every effect ran, and every fact was delivered, each under one number. */
function compareLogs(directory: string, sent: number, verdict: CrashTestReport): void {
  const effects = readLog(directory, 'effects');
  const ran = new Set(effects.map(([, cmd]) => cmd));
  if (ran.size !== sent) verdict.violations.push(`${ran.size} effects ran for ${sent} commands`);
  verdict.repeated = effects.length - ran.size;
  const delivered = readLog(directory, 'outbox');
  const bySeq = new Map(delivered.map(([seq = '', type = '', cmd = '']) => [seq, `${type} ${cmd}`]));
  const expected = 2 * sent;
  if (bySeq.size !== expected || new Set(bySeq.values()).size !== expected) {
    const lines = [...bySeq].map(([seq, event]) => `${seq} ${event}`);
    const once = new Set<string>();
    const twice = [...bySeq.values()].filter(event => once.size === once.add(event).size);
    const doubled = lines.filter(line => twice.some(event => line.endsWith(` ${event}`)));
    verdict.violations.push(`${bySeq.size} events were delivered where there are ${expected}: ${doubled.join(', ')}`);
  }
  verdict.redelivered = delivered.length - bySeq.size;
}
