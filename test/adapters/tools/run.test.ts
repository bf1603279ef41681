import { describe, expect, test } from 'vitest';
import { planSpec } from '../../fixtures.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness } from '../tool-harness.ts';

describe('run', () => {
  test('runs a program in the sandbox and returns its exit code and output [R43]', async () => {
    await using harness = await createToolHarness({ 'a.txt': '' });
    const result = await harness.call('run', { argv: ['sh', '-c', 'ls; exit 2'] });
    expect(result).toMatchObject({ exitCode: 2, signal: null, output: 'a.txt\n' });
    expect(harness.lines).toEqual(['a.txt']);
  });

  test('passes on standard input, or closes it [R125]', async () => {
    await using harness = await createToolHarness();
    expect(await harness.call('run', { argv: ['cat'], stdin: 'hello' })).toMatchObject({ output: 'hello' });
    expect(await harness.call('run', { argv: ['cat'] })).toMatchObject({ exitCode: 0, output: '' });
  });

  test("gives the program the plan's environment [R47]", async () => {
    const plan = planSpec({ executionEnvironment: { MODE: 'test' } });
    await using harness = await createToolHarness({}, { plan });
    expect(await harness.call('run', { argv: ['sh', '-c', 'echo $MODE'] })).toMatchObject({ output: 'test\n' });
  });

  test('fails without a retry if the program is missing', async () => {
    await using harness = await createToolHarness();
    await expect(harness.call('run', { argv: ['no-such-program'] })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      retriable: false,
      message: 'no-such-program: not found',
    });
  });

  test('ends a program that takes too long, with all its child processes [R45]', async () => {
    await using harness = await createToolHarness();
    const running = harness.call('run', { argv: ['sh', '-c', 'sleep 100 & sleep 100'], timeoutSeconds: 0.1 });
    await expect(running).rejects.toMatchObject({ code: 'TIMED_OUT', where: 'sh -c sleep 100 & sleep 100' });
    expect(await taggedPids(harness.task().key)).toEqual([]);
  });

  test('ends at once when it is cancelled, and is not recorded [R136]', async () => {
    await using harness = await createToolHarness();
    const abort = new AbortController();
    const call = harness.runner({ signal: abort.signal, log: () => abort.abort() });
    await expect(call('run', { argv: ['sh', '-c', 'echo up; sleep 100'] })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(harness.calls).toEqual([]);
    expect(await taggedPids(harness.task().key)).toEqual([]);
  });
});
