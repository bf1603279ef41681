/** Misbehaving programs, run for real: each is ended with an error code, and leaves no processes. */
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandAgent } from '../../../src/adapters/agents/command.ts';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { runProcess } from '../../../src/adapters/process/run.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { Watchdogs } from '../../../src/model/watchdogs.ts';
import type { AgentTask } from '../../../src/ports/agent.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness } from '../tool-harness.ts';

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

async function errorOf(running: Promise<unknown>): Promise<TroupeError> {
  const thrown: unknown = await running.then(
    () => new TypeError('it ended well'),
    (error: unknown) => error,
  );
  if (!TroupeError.is(thrown)) throw thrown;
  return thrown;
}

/** The number of process and pipe handles that keep Node running. */
const handles = () => process.getActiveResourcesInfo().filter(kind => /Process|Pipe/.test(kind)).length;

/** A task whose log advances the clock: `at` is called for each line. */
function timed(harness: { task(changes?: Partial<AgentTask>): AgentTask }, at: Record<string, () => void>): AgentTask {
  return harness.task({ log: line => at[line]?.() });
}

describe('A program that', () => {
  test('ignores SIGTERM is killed after the grace period: TIMED_OUT [R135, R136]', async () => {
    await using harness = await createToolHarness();
    const clock = manualClock();
    const before = handles();
    const task = timed(harness, { up: () => clock.advance(3_600_000), no: () => clock.advance(5_000) });
    const program = 'process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1e6)';
    const error = await errorOf(agentOf([process.execPath, '-e', program], { idleSeconds: 7200 }, { clock }).run(task));
    expect(error).toMatchObject({
      code: 'TIMED_OUT',
      category: 'timeout',
      retriable: true,
      message: expect.stringContaining('did not end within 3600 s'),
      details: { watchdog: 'total', exitCode: null },
    });
    expect([await taggedPids(task.key), handles()]).toEqual([[], before]);
  });

  test('never prints anything fails as STALLED at its start [R135]', async () => {
    await using harness = await createToolHarness();
    const error = await errorOf(sh('sleep 100', { startSeconds: 0.1 }).run(harness.task()));
    expect(error).toMatchObject({
      code: 'STALLED',
      category: 'stalled',
      message: 'sh printed nothing in its first 0.1 s',
      details: { watchdog: 'start' },
    });
    const asIdle = await errorOf(sh('sleep 100', { idleSeconds: 0.1 }).run(harness.task()));
    expect(asIdle.message).toBe('sh printed nothing in its first 0.1 s');
    expect(await taggedPids(harness.task().key)).toEqual([]);
  });

  test('stops printing fails as STALLED, counted from its last output [R135]', async () => {
    await using harness = await createToolHarness();
    const clock = manualClock();
    const task = timed(harness, { up: () => clock.advance(60_000) });
    const error = await errorOf(sh('echo up; sleep 100', { startSeconds: 600, idleSeconds: 60 }, { clock }).run(task));
    expect(error).toMatchObject({
      code: 'STALLED',
      message: 'sh printed nothing for 60 s',
      details: { watchdog: 'idle', output: 'up\n' },
    });
    expect(await taggedPids(task.key)).toEqual([]);
  });

  test('reports that it is done but does not exit is ended after a separate timeout, and its work counts [R135]', async () => {
    await using harness = await createToolHarness({ agentOutput: '{"type": "result", "summary": "all done"}\n' });
    const clock = manualClock();
    const line = '{"type": "result", "summary": "all done"}';
    // The line is logged before it is parsed, so the clock is advanced one tick later.
    const task = timed(harness, { [line]: () => setImmediate(() => clock.advance(2_000)) });
    const agent = sh('echo x > made; cat agentOutput; sleep 100', { resultSeconds: 2, graceSeconds: 50 }, { clock });
    expect((await agent.run(task)).summary).toBe('all done');
    expect(await harness.read('made')).toBe('x\n');
    expect(await taggedPids(task.key)).toEqual([]);
  });

  test('forks into the background and exits has succeeded; its processes are ended, and this is reported [R136]', async () => {
    await using harness = await createToolHarness();
    const before = handles();
    const task = harness.task();
    await sh('sleep 100 & setsid sleep 100 & echo made > out; exit 0').run(task);
    expect(await harness.read('out')).toBe('made\n');
    expect(harness.lines.join()).toMatch(/^sh left [12] of its processes running; they were ended$/);
    expect([await taggedPids(task.key), handles()]).toEqual([[], before]);
  });

  test('prints 100 MB is ended at its output limit, in bounded memory: FLOODED [R135, R146]', async () => {
    await using harness = await createToolHarness();
    const before = process.memoryUsage().rss;
    let lines = 0;
    const task = harness.task({
      log: () => {
        lines += 1;
      },
    });
    const flood = sh(`yes ${'x'.repeat(99)} | head -c 100000000`, { outputMiB: 20 });
    expect(await errorOf(flood.run(task))).toMatchObject({
      code: 'FLOODED',
      category: 'stalled',
      message: 'sh printed more than 20 MiB',
      details: { watchdog: 'output' },
    });
    expect(lines).toBeGreaterThan(200_000);
    expect(lines).toBeLessThan(1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    expect(await taggedPids(task.key)).toEqual([]);
  });

  test('reads standard input gets end of file and fails with AGENT_FAILED instead of hanging [R125]', async () => {
    await using harness = await createToolHarness();
    const asking = sh('cat >/dev/null; read answer || { echo no answer; exit 3; }');
    expect(await errorOf(asking.run(harness.task()))).toMatchObject({
      code: 'AGENT_FAILED',
      category: 'crashed',
      message: 'sh exited with 3: no answer',
    });
  });
});
