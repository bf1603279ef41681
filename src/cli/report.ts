import type { PlanEvent, Redactor, StoredFault } from '../index.ts';
import { hintsMax } from '../index.ts';
import { type Envelope, type Hello, type Message, type Result, schemaVersion } from './envelope.ts';
import { renderFailure } from './failure.ts';
import type { Io } from './io.ts';
import type { Paint } from './paint.ts';
import { snakeKeys } from './snake.ts';
import type { Format, Outcome, ShownLine } from './verb.ts';

/** Everything one command prints goes through its report: data to standard output, talk to standard error. */
export interface Report {
  say(text: string, level?: 'info' | 'warning'): void;
  event(event: PlanEvent): void;
  /** One line of a log, in text or as an object; nothing where all comes in one document at the end. */
  line(line: ShownLine, text: string): void;
  /** Prints the end and returns the exit code. */
  finish(outcome: Outcome): Promise<number>;
  fail(failure: { fault: StoredFault; exitCode: number; stack?: string }): Promise<number>;
}

export interface ReportOptions {
  io: Io;
  command: string;
  format: Format;
  quiet: boolean;
  /** For standard error. */
  paint: Paint;
  exitCodeOf(fault: StoredFault): number;
  /** A hint for those who type it where this command was typed. */
  retype(hint: string): string;
  /** Takes secrets out of what is said, and of what failed. Hints stay: they are to be typed. */
  redactor: Redactor;
}

export function openReport(options: ReportOptions): Report {
  const { io, command, format, redactor } = options;
  const startedMs = io.now();
  const messages: Message[] = [];
  const line = (value: unknown) => io.stdout.write(`${JSON.stringify(value)}\n`);
  if (format === 'jsonl') line({ type: 'hello', schema_version: schemaVersion, command } satisfies Hello);

  const close = async (data: Record<string, unknown> | null, exitCode: number, text: string, failed: boolean) => {
    const envelope: Envelope = {
      schema_version: schemaVersion,
      command,
      status: failed ? 'failed' : 'ok',
      exit_code: exitCode,
      data,
      timing: {
        started_at: new Date(startedMs).toISOString(),
        duration_ms: Math.max(0, Math.round(io.now() - startedMs)),
      },
      messages,
    };
    if (format === 'jsonl') line({ type: 'result', ...envelope } satisfies Result);
    else if (format === 'json') io.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`);
    else if (format === 'yaml') io.stdout.write((await import('yaml')).stringify(envelope));
    else if (text !== '') io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return exitCode;
  };
  const told = (fault: StoredFault): StoredFault => ({
    ...redactor.value(fault),
    hints: fault.hints.slice(0, hintsMax).map(options.retype),
  });
  const record = (fault: StoredFault) =>
    messages.push({
      level: 'error',
      text: fault.message,
      code: fault.code,
      where: fault.where ?? null,
      hints: fault.hints,
    });

  return {
    say(said, level = 'info') {
      const text = redactor.text(said);
      messages.push({ level, text, code: null, where: null, hints: [] });
      if (!options.quiet || level === 'warning') io.stderr.write(`${text}\n`);
    },
    event(event) {
      if (format === 'jsonl') line(snakeKeys(event));
    },
    line(shown, text) {
      if (format === 'jsonl') line(snakeKeys(shown));
      else if (format === 'rich' || format === 'plain') io.stdout.write(`${text}\n`);
    },
    async finish({ data, text, fault, exitCode }) {
      if (fault === undefined) return close(data, exitCode ?? 0, text, false);
      const toTell = told(fault);
      record(toTell);
      const code = await close(data, exitCode ?? options.exitCodeOf(fault), text, true);
      io.stderr.write(renderFailure(toTell, options.paint));
      return code;
    },
    async fail({ fault, exitCode, stack }) {
      const toTell = told(fault);
      record(toTell);
      io.stderr.write(renderFailure(toTell, options.paint, stack === undefined ? undefined : redactor.text(stack)));
      return close(null, exitCode, '', true);
    },
  };
}
