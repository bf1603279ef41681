import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Envelope, Hello, Result } from '../../src/cli/envelope.ts';
import { painter } from '../../src/cli/paint.ts';
import { openReport } from '../../src/cli/report.ts';
import type { Format } from '../../src/cli/verb.ts';
import { redactorOf } from '../../src/index.ts';
import { Fault } from '../../src/model/fault.ts';
import { noted, rootId } from './records.ts';
import { type Terminal, terminal } from './terminal.ts';

const fault = new Fault('MERGE_CONFLICT', 'a.ts is in conflict', { where: 'a.ts', hints: ['troupe plan conflicts'] });

function report(io: Terminal, format: Format, quiet = false) {
  return openReport({
    io,
    command: 'plan status',
    format,
    quiet,
    paint: painter(false),
    retype: hint => hint,
    exitCodeOf: () => 5,
    redactor: redactorOf(),
  });
}

describe('what a command prints', () => {
  test('for people is its text on standard output and its talk on standard error', async () => {
    const io = terminal();
    const one = report(io, 'plain');
    one.say('looking');
    one.event(noted(rootId, 'x'));
    expect(await one.finish({ data: {}, text: 'all is well' })).toBe(0);
    expect([io.out(), io.err()]).toEqual(['all is well\n', 'looking\n']);
  });

  test('[R120, R139] for machines is one envelope, in JSON and in YAML', async () => {
    for (const [format, read] of [
      ['json', (text: string): unknown => JSON.parse(text)],
      ['yaml', (text: string): unknown => parse(text)],
    ] as const) {
      const io = terminal();
      const one = report(io, format);
      one.say('looking');
      io.pass(1_500);
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
    const io = terminal();
    const one = report(io, 'jsonl');
    one.event(noted(rootId, 'x'));
    await one.finish({ data: {}, text: '' });
    const [hello, event, result, ...rest] = io
      .out()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(Hello.parse(hello)).toMatchObject({ schema_version: 1, command: 'plan status' });
    expect(event).toMatchObject({ type: 'step.progressed', plan_id: rootId });
    expect(Result.parse(result)).toMatchObject({ status: 'ok' });
    expect(rest).toEqual([]);
  });

  test('[R139] as lines ends with the result also when it failed', async () => {
    const io = terminal();
    expect(await report(io, 'jsonl').fail({ fault: fault.toJSON(), exitCode: 5 })).toBe(5);
    expect(Result.parse(JSON.parse(io.out().trimEnd().split('\n').at(-1) ?? ''))).toMatchObject({
      status: 'failed',
      exit_code: 5,
      data: null,
      messages: [{ level: 'error', code: 'MERGE_CONFLICT', where: 'a.ts', hints: ['troupe plan conflicts'] }],
    });
  });

  test('shows what there is before it says what went wrong', async () => {
    const io = terminal();
    const code = await report(io, 'json').finish({ data: { files: 1 }, text: '', fault: fault.toJSON() });
    expect(code).toBe(5);
    expect(Envelope.parse(JSON.parse(io.out()))).toMatchObject({ status: 'failed', exit_code: 5, data: { files: 1 } });
    expect(io.err()).toContain('error[MERGE_CONFLICT] a.ts is in conflict');
  });

  test('is no talk when it should be quiet, but warnings and errors', async () => {
    const io = terminal();
    const one = report(io, 'plain', true);
    one.say('looking');
    one.say('careful', 'warning');
    await one.fail({ fault: fault.toJSON(), exitCode: 5 });
    expect(io.err()).toMatch(/^careful\nerror\[MERGE_CONFLICT\]/);
    expect(io.out()).toBe('');
  });
});
