import { describe, expect, test } from 'vitest';
import { planSpec } from '../../fixtures.ts';
import { marked } from '../marked.ts';
import { workbench } from '../workbench.ts';

describe('run', () => {
  test('runs a program in the sandbox and answers with its exit code and output [R43]', async () => {
    await using bench = await workbench({ 'a.txt': '' });
    const result = await bench.call('run', { argv: ['sh', '-c', 'ls; exit 2'] });
    expect(result).toMatchObject({ exitCode: 2, signal: null, output: 'a.txt\n' });
    expect(bench.lines).toEqual(['a.txt']);
  });

  test('feeds standard input, or closes it [R125]', async () => {
    await using bench = await workbench();
    expect(await bench.call('run', { argv: ['cat'], stdin: 'hello' })).toMatchObject({ output: 'hello' });
    expect(await bench.call('run', { argv: ['cat'] })).toMatchObject({ exitCode: 0, output: '' });
  });

  test("gives the program the plan's environment [R47]", async () => {
    const plan = planSpec({ executionEnvironment: { MODE: 'test' } });
    await using bench = await workbench({}, { plan });
    expect(await bench.call('run', { argv: ['sh', '-c', 'echo $MODE'] })).toMatchObject({ output: 'test\n' });
  });

  test('of a program that is not there is a fault that no retry mends', async () => {
    await using bench = await workbench();
    await expect(bench.call('run', { argv: ['no-such-program'] })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      retriable: false,
      message: 'no-such-program: not found',
    });
  });

  test('of a program that does not end is ended, with all it started [R45]', async () => {
    await using bench = await workbench();
    const running = bench.call('run', { argv: ['sh', '-c', 'sleep 100 & sleep 100'], timeoutSeconds: 0.1 });
    await expect(running).rejects.toMatchObject({ code: 'TIMED_OUT', where: 'sh -c sleep 100 & sleep 100' });
    expect(await marked(bench.task().key)).toEqual([]);
  });

  test('that is cancelled ends at once and has no record [R136]', async () => {
    await using bench = await workbench();
    const abort = new AbortController();
    const call = bench.runner({ signal: abort.signal, log: () => abort.abort() });
    await expect(call('run', { argv: ['sh', '-c', 'echo up; sleep 100'] })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(bench.calls).toEqual([]);
    expect(await marked(bench.task().key)).toEqual([]);
  });
});
