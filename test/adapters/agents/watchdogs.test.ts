/** Programs that do not behave, run for real: each ends, has a name for how, and leaves nothing behind. */
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandAgent } from '../../../src/adapters/agents/command.ts';
import { manualClock } from '../../../src/adapters/manual-clock.ts';
import { runProcess } from '../../../src/adapters/process/run.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { Fault } from '../../../src/model/fault.ts';
import { Watchdogs } from '../../../src/model/watchdogs.ts';
import type { AgentTask } from '../../../src/ports/agent.ts';
import { marked } from '../marked.ts';
import { workbench } from '../workbench.ts';

const agentOf = (argv: string[], watchdogs: object = {}, more: Partial<CommandOptions> = {}) =>
  commandAgent({
    argv,
    env: {},
    watchdogs: Watchdogs.parse({ totalSeconds: 3600, idleSeconds: 3000, graceSeconds: 5, ...watchdogs }),
    actionDir: '/',
    hostEnv: { PATH: process.env.PATH ?? '' },
    clock: systemClock(),
    run: runProcess,
    ...more,
  });
const sh = (program: string, ...more: [watchdogs?: object, options?: Partial<CommandOptions>]) =>
  agentOf(['sh', '-c', program], ...more);

async function faultOf(running: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await running.then(
    () => new TypeError('it ended well'),
    (fault: unknown) => fault,
  );
  if (!Fault.is(thrown)) throw thrown;
  return thrown;
}

/** Handles of processes and pipes of ours that keep Node awake. */
const handles = () => process.getActiveResourcesInfo().filter(kind => /Process|Pipe/.test(kind)).length;

/** A task whose log moves the clock: `at` says what to do when a line comes. */
function timed(bench: { task(changes?: Partial<AgentTask>): AgentTask }, at: Record<string, () => void>): AgentTask {
  return bench.task({ log: line => at[line]?.() });
}

describe('A program that', () => {
  test('ignores TERM is killed after the grace time: TIMED_OUT [R135, R136]', async () => {
    await using bench = await workbench();
    const clock = manualClock();
    const before = handles();
    const task = timed(bench, { up: () => clock.advance(3_600_000), no: () => clock.advance(5_000) });
    const program = 'process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1e6)';
    const fault = await faultOf(agentOf([process.execPath, '-e', program], { idleSeconds: 7200 }, { clock }).run(task));
    expect(fault).toMatchObject({
      code: 'TIMED_OUT',
      category: 'timeout',
      retriable: true,
      message: expect.stringContaining('did not end within 3600 s'),
      details: { watchdog: 'total', exitCode: null },
    });
    expect([await marked(task.key), handles()]).toEqual([[], before]);
  });

  test('never prints anything has not come to work: STALLED at its start [R135]', async () => {
    await using bench = await workbench();
    const fault = await faultOf(sh('sleep 100', { startSeconds: 0.1 }).run(bench.task()));
    expect(fault).toMatchObject({
      code: 'STALLED',
      category: 'stalled',
      message: 'sh printed nothing in its first 0.1 s',
      details: { watchdog: 'start' },
    });
    const asIdle = await faultOf(sh('sleep 100', { idleSeconds: 0.1 }).run(bench.task()));
    expect(asIdle.message).toBe('sh printed nothing in its first 0.1 s');
    expect(await marked(bench.task().key)).toEqual([]);
  });

  test('goes quiet at its work: STALLED, counted from what it printed last [R135]', async () => {
    await using bench = await workbench();
    const clock = manualClock();
    const task = timed(bench, { up: () => clock.advance(60_000) });
    const fault = await faultOf(sh('echo up; sleep 100', { startSeconds: 600, idleSeconds: 60 }, { clock }).run(task));
    expect(fault).toMatchObject({
      code: 'STALLED',
      message: 'sh printed nothing for 60 s',
      details: { watchdog: 'idle', output: 'up\n' },
    });
    expect(await marked(task.key)).toEqual([]);
  });

  test('says that it is done and does not exit is ended after a time of its own, and its work counts [R135]', async () => {
    await using bench = await workbench({ said: '{"type": "result", "summary": "all done"}\n' });
    const clock = manualClock();
    const line = '{"type": "result", "summary": "all done"}';
    // The line is logged before it is understood, so the clock moves one turn later.
    const task = timed(bench, { [line]: () => setImmediate(() => clock.advance(2_000)) });
    const agent = sh('echo x > made; cat said; sleep 100', { resultSeconds: 2, graceSeconds: 50 }, { clock });
    expect((await agent.run(task)).summary).toBe('all done');
    expect(await bench.read('made')).toBe('x\n');
    expect(await marked(task.key)).toEqual([]);
  });

  test('forks into the background and exits has ended well; what it left is ended, and that is told [R136]', async () => {
    await using bench = await workbench();
    const before = handles();
    const task = bench.task();
    await sh('sleep 100 & setsid sleep 100 & echo made > out; exit 0').run(task);
    expect(await bench.read('out')).toBe('made\n');
    expect(bench.lines.join()).toMatch(/^sh left [12] of its processes running; they were ended$/);
    expect([await marked(task.key), handles()]).toEqual([[], before]);
  });

  test('floods its output with 100 MB is ended at its limit, in bounded memory: FLOODED [R135, R146]', async () => {
    await using bench = await workbench();
    const before = process.memoryUsage().rss;
    let lines = 0;
    const task = bench.task({
      log: () => {
        lines += 1;
      },
    });
    const flood = sh(`yes ${'x'.repeat(99)} | head -c 100000000`, { outputMiB: 20 });
    expect(await faultOf(flood.run(task))).toMatchObject({
      code: 'FLOODED',
      category: 'stalled',
      message: 'sh printed more than 20 MiB',
      details: { watchdog: 'output' },
    });
    expect(lines).toBeGreaterThan(200_000);
    expect(lines).toBeLessThan(1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    expect(await marked(task.key)).toEqual([]);
  });

  test('waits for an answer on standard input meets its end there: AGENT_FAILED, not a hang [R125]', async () => {
    await using bench = await workbench();
    const asking = sh('cat >/dev/null; read answer || { echo nobody answers; exit 3; }');
    expect(await faultOf(asking.run(bench.task()))).toMatchObject({
      code: 'AGENT_FAILED',
      category: 'crashed',
      message: 'sh exited with 3: nobody answers',
    });
  });
});
