/** kill -9 at any moment of a process with many instances, of which some are quarantined and resume. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { seededRandom, testSeed } from '../seed.ts';
import { type InstanceOrder, type InstancesReply, type InstancesReport, instanceCount } from './instances-protocol.ts';

const kills = 25;
const openAtOnce = 40;
const random = seededRandom(testSeed('instance kills'));
let directory = '';
let program = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-crash-'));
  const code = join(directory, 'code');
  mkdirSync(code);
  compile(['test/crash/instances-child.ts'], code);
  program = join(code, 'test/crash/instances-child.js');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const orders = new Map<string, InstanceOrder>();
const acknowledged = new Set<string>();

function nextOrder(): InstanceOrder {
  const order = {
    cmd: `c${orders.size}`,
    id: `i${Math.floor(random() * instanceCount)}`,
    amount: 1 + Math.floor(random() * 100),
    delayMs: Math.floor(random() * 100),
    bad: random() < 0.05,
  };
  orders.set(order.cmd, order);
  return order;
}

/** Milliseconds after which instances sleep; few fit into memory then. */
const sleepTimes = ['Infinity', '1', '20'];

/** One run of the child, until it is killed; the last one until everything is idle. */
async function live(isLast: boolean): Promise<{ found: InstancesReport[]; before: string[]; troubles: string[] }> {
  const before = [...acknowledged];
  const sleepAfterMs = sleepTimes[Math.floor(random() * sleepTimes.length)] ?? '';
  const args = [program, directory, random() < 0.5 ? 'process' : 'power', sleepAfterMs];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  const found: InstancesReport[] = [];
  const troubles: string[] = [];
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const kill = () => child.kill('SIGKILL');
  // A report reads one instance after the other, so only one that was asked for after the last acknowledgement agrees with itself.
  let wasIdle = false;
  const ask = () => {
    wasIdle = acknowledged.size === orders.size;
    send({ report: true });
  };
  const fill = () => {
    while (!isLast && orders.size - acknowledged.size < openAtOnce) send(nextOrder());
  };
  let killer = !isLast && random() < 0.25 ? setTimeout(kill, 20 + random() * 150) : undefined;
  const patience = setTimeout(kill, 30_000);
  const lines = createInterface({ input: child.stdout }).on('line', line => {
    const reply = JSON.parse(line) as InstancesReply;
    if ('trouble' in reply) troubles.push(reply.trouble);
    else if ('ready' in reply) {
      found.push(reply.ready);
      for (const order of orders.values()) if (!acknowledged.has(order.cmd)) send(order);
      if (isLast) ask();
      else killer ??= setTimeout(kill, random() * 300);
      fill();
    } else if ('ack' in reply) {
      acknowledged.add(reply.ack);
      fill();
    } else {
      const total = reply.report.instances.reduce((all, { done, ticks }) => all + done + ticks, 0);
      if (wasIdle && total >= 2 * orders.size) {
        found.push(reply.report);
        kill();
      } else ask();
    }
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  clearTimeout(killer);
  clearTimeout(patience);
  if (child.signalCode !== 'SIGKILL') troubles.push(`it ended by itself with ${child.exitCode}`);
  return { found, before, troubles };
}

/** Nothing is applied twice, nothing is torn, and a bad event left nothing. */
function check({ instances, listed, differing }: InstancesReport): void {
  expect(differing).toEqual([]);
  expect(instances).toHaveLength(listed.filter(({ status }) => status === 'running').length);
  for (const { error } of listed) if (error !== undefined) expect(error.message).toContain('broken');
  for (const { id, cmds, sum } of instances) {
    expect(new Set(cmds).size).toBe(cmds.length);
    expect(cmds.map(cmd => orders.get(cmd)?.id)).toEqual(cmds.map(() => id));
    expect(sum).toBe(cmds.reduce((all, cmd) => all + (orders.get(cmd)?.amount ?? 0), 0));
  }
}

/** Effects under the keys they ran under, without a line that the kill tore. */
function effectKeys(): Map<string, Set<string>> {
  const path = join(directory, 'effects');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const keys = new Map<string, Set<string>>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [key = '', cmd = ''] = line.split(' ');
    keys.set(cmd, (keys.get(cmd) ?? new Set()).add(key));
  }
  return keys;
}

test(
  `[R251] [R252] [R253] [R263] ${kills} kills of a process with ${instanceCount} instances lose nothing and double nothing`,
  {
    timeout: 120_000,
  },
  async () => {
    let quarantined = 0;
    let asleep = 0;
    let killsInBoot = 0;
    for (let count = 0; count < kills; count++) {
      const { found, before, troubles } = await live(false);
      expect(troubles).toEqual([]);
      if (found.length === 0) killsInBoot++;
      for (const report of found) {
        check(report);
        asleep += report.asleep;
        quarantined += report.listed.filter(({ status }) => status === 'quarantined').length;
        // A command that waits for a quarantined instance is acknowledged and not applied yet.
        const resting = new Set(report.listed.filter(({ status }) => status === 'quarantined').map(({ id }) => id));
        const applied = new Set(report.instances.flatMap(({ cmds }) => cmds));
        const lost = before.filter(cmd => !applied.has(cmd) && !resting.has(orders.get(cmd)?.id ?? ''));
        expect(lost).toEqual([]);
      }
    }
    const { found, troubles } = await live(true);
    expect(troubles).toEqual([]);
    const last = found.at(-1) as InstancesReport;
    check(last);
    expect(last.listed.filter(({ status }) => status !== 'running')).toEqual([]);
    const sum = (of: 'done' | 'ticks') => last.instances.reduce((all, each) => all + each[of], 0);
    const applied = last.instances.reduce((all, { cmds }) => all + cmds.length, 0);
    expect({ applied, done: sum('done'), ticks: sum('ticks') }).toEqual({
      applied: orders.size,
      done: orders.size,
      ticks: orders.size,
    });
    const keys = [...effectKeys().values()];
    expect(keys).toHaveLength(orders.size);
    expect(new Set(keys.flatMap(each => [...each])).size).toBe(orders.size);
    console.log(JSON.stringify({ kills, killsInBoot, commands: orders.size, quarantined, asleep }));
    expect(asleep).toBeGreaterThan(0);
    expect(killsInBoot).toBeGreaterThan(0);
    expect(orders.size).toBeGreaterThan(kills);
  },
);
