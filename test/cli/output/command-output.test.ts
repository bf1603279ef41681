import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { OutputFormat } from '../../../src/cli/command.ts';
import { createCommandOutput } from '../../../src/cli/output/command-output.ts';
import { Envelope, OutputHello, OutputResult } from '../../../src/cli/output/envelope.ts';
import { commandHint, createRedactor } from '../../../src/index.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { createColors } from '../../../src/presentation/colors.ts';
import { rootId, stepProgressed } from '../sample-records.ts';
import { createTerminal, type TestTerminal } from '../test-terminal.ts';

const error = new TroupeError('MERGE_CONFLICT', 'a.ts is in conflict', {
  where: 'a.ts',
  hints: [commandHint('plan conflicts', { planId: rootId }), 'git status'],
});

function report(io: TestTerminal, format: OutputFormat, quiet = false) {
  return createCommandOutput({
    io,
    command: 'plan status',
    format,
    quiet,
    colors: createColors(false),
    retype: hint => hint,
    exitCodeOf: () => 5,
    redactor: createRedactor(),
  });
}

describe('what a command prints', () => {
  test('for people is its text on standard output and its talk on standard error', async () => {
    const io = createTerminal();
    const one = report(io, 'plain');
    one.log('looking');
    one.emitEvent(stepProgressed(rootId, 'x'));
    expect(await one.finish({ data: {}, text: 'all is well' })).toBe(0);
    expect([io.out(), io.err()]).toEqual(['all is well\n', 'looking\n']);
  });

  test('[R120, R139] for machines is one envelope, in JSON and in YAML', async () => {
    for (const [format, read] of [
      ['json', (text: string): unknown => JSON.parse(text)],
      ['yaml', (text: string): unknown => parse(text)],
    ] as const) {
      const io = createTerminal();
      const one = report(io, format);
      one.log('looking');
      io.advance(1_500);
      expect(await one.finish({ data: { plan_id: 'x' }, text: 'not shown', exitCode: 2 })).toBe(2);
      expect(Envelope.parse(read(io.out()))).toEqual({
        schema_version: 1,
        command: 'plan status',
        status: 'ok',
        exit_code: 2,
        data: { plan_id: 'x' },
        timing: { started_at: '2026-11-21T10:00:00.000Z', duration_ms: 1500 },
        messages: [{ level: 'info', text: 'looking', code: null, where: null, hints: [] }],
      });
    }
  });

  test('[R139] as lines begins with hello and ends with the result, events between', async () => {
    const io = createTerminal();
    const one = report(io, 'jsonl');
    one.emitEvent(stepProgressed(rootId, 'x'));
    await one.finish({ data: {}, text: '' });
    const [hello, event, result, ...rest] = io
      .out()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(OutputHello.parse(hello)).toMatchObject({ schema_version: 1, command: 'plan status' });
    expect(event).toMatchObject({ type: 'step.progressed', plan_id: rootId });
    expect(OutputResult.parse(result)).toMatchObject({ status: 'ok' });
    expect(rest).toEqual([]);
  });

  test('[R139] as lines ends with the result also when it failed, with each hint as a line and as data', async () => {
    const io = createTerminal();
    expect(await report(io, 'jsonl').fail({ error: error.toJSON(), exitCode: 5 })).toBe(5);
    expect(OutputResult.parse(JSON.parse(io.out().trimEnd().split('\n').at(-1) ?? ''))).toMatchObject({
      status: 'failed',
      exit_code: 5,
      data: null,
      messages: [
        {
          level: 'error',
          code: 'MERGE_CONFLICT',
          where: 'a.ts',
          hints: [
            { text: `troupe plan conflicts ${rootId.slice(-8)}`, command: 'plan conflicts', plan_id: rootId },
            { text: 'git status' },
          ],
        },
      ],
    });
  });

  test('shows what there is before it says what went wrong', async () => {
    const io = createTerminal();
    const code = await report(io, 'json').finish({ data: { files: 1 }, text: '', error: error.toJSON() });
    expect(code).toBe(5);
    expect(Envelope.parse(JSON.parse(io.out()))).toMatchObject({ status: 'failed', exit_code: 5, data: { files: 1 } });
    expect(io.err()).toContain('error[MERGE_CONFLICT] a.ts is in conflict');
  });

  test('is no talk when it should be quiet, but warnings and errors', async () => {
    const io = createTerminal();
    const one = report(io, 'plain', true);
    one.log('looking');
    one.log('careful', 'warning');
    await one.fail({ error: error.toJSON(), exitCode: 5 });
    expect(io.err()).toMatch(/^careful\nerror\[MERGE_CONFLICT\]/);
    expect(io.out()).toBe('');
  });
});
