import type { PlanEvent, Redactor, SerializedError } from '../../index.ts';
import { hintsMax } from '../../index.ts';
import type { Colors } from '../../presentation/colors.ts';
import { formatHint } from '../../presentation/hints.ts';
import { hintData, toSnakeCaseKeys } from '../../presentation/snake-case.ts';
import type { CommandOutcome, LogLineData, OutputFormat } from '../command.ts';
import type { Io } from '../io.ts';
import type { Envelope, OutputHello, OutputMessage, OutputResult } from './envelope.ts';
import { formatError } from './error-text.ts';
import { schemaVersion } from './schema-version.ts';

/** Everything a command prints: data to standard output, messages to standard error. */
export interface CommandOutput {
  log(text: string, level?: 'info' | 'warning'): void;
  emitEvent(event: PlanEvent): void;
  /** Prints a log line as text or as an object; does nothing when everything is in one document at the end. */
  emitLogLine(line: LogLineData, text: string): void;
  /** Prints the result and returns the exit code. */
  finish(outcome: CommandOutcome): Promise<number>;
  fail(failure: { error: SerializedError; exitCode: number; stack?: string }): Promise<number>;
}

export interface CommandOutputOptions {
  io: Io;
  command: string;
  format: OutputFormat;
  quiet: boolean;
  /** For standard error. */
  colors: Colors;
  exitCodeOf(error: SerializedError): number;
  /** Adapts a hint to the directory where this command was typed. */
  retype(hint: string): string;
  /** Redacts messages and errors. Hints are unchanged, because you type them. */
  redactor: Redactor;
}

export function createCommandOutput(options: CommandOutputOptions): CommandOutput {
  const { io, command, format, redactor, colors } = options;
  const messages: OutputMessage[] = [];
  const writer = createResultWriter(options, messages);
  const retyped = (hint: SerializedError['hints'][number]) => options.retype(formatHint(hint));
  const forUser = (error: SerializedError): SerializedError => ({
    ...redactor.value(error),
    hints: error.hints.slice(0, hintsMax),
  });
  const forTerminal = (error: SerializedError): SerializedError => ({ ...error, hints: error.hints.map(retyped) });
  const record = (error: SerializedError) =>
    messages.push({
      level: 'error',
      text: error.message,
      code: error.code,
      where: error.where ?? null,
      hints: error.hints.map(hint => ({ ...hintData(hint), text: retyped(hint) })),
    });
  if (format === 'jsonl')
    writeLine(io, { type: 'hello', schema_version: schemaVersion, command } satisfies OutputHello);

  return {
    log(message, level = 'info') {
      const text = redactor.text(message);
      messages.push({ level, text, code: null, where: null, hints: [] });
      if (!options.quiet || level === 'warning') io.stderr.write(`${text}\n`);
    },
    emitEvent(event) {
      if (format === 'jsonl') writeLine(io, toSnakeCaseKeys(event));
    },
    emitLogLine(shown, text) {
      if (format === 'jsonl') writeLine(io, toSnakeCaseKeys(shown));
      else if (format === 'rich' || format === 'plain') io.stdout.write(`${text}\n`);
    },
    async finish({ data, text, error, exitCode }) {
      if (error === undefined) return writer.write({ data, text, status: 'ok', exitCode: exitCode ?? 0 });
      const shown = forUser(error);
      record(shown);
      const failure = { status: 'failed', exitCode: exitCode ?? options.exitCodeOf(error) } as const;
      const code = await writer.write({ data, text, ...failure });
      io.stderr.write(formatError(forTerminal(shown), colors));
      return code;
    },
    async fail({ error, exitCode, stack }) {
      const shown = forUser(error);
      record(shown);
      io.stderr.write(formatError(forTerminal(shown), colors, stack === undefined ? undefined : redactor.text(stack)));
      return writer.write({ data: null, text: '', status: 'failed', exitCode });
    },
  };
}

const writeLine = (io: Io, value: unknown) => io.stdout.write(`${JSON.stringify(value)}\n`);

/** Writes the end of the standard output: one document, the last line, or text. */
function createResultWriter({ io, command, format }: CommandOutputOptions, messages: OutputMessage[]) {
  const startedMs = io.now();
  return {
    /** Returns the exit code. */
    async write(result: {
      data: Record<string, unknown> | null;
      text: string;
      status: Envelope['status'];
      exitCode: number;
    }): Promise<number> {
      const { data, text, status, exitCode } = result;
      const envelope: Envelope = {
        schema_version: schemaVersion,
        command,
        status,
        exit_code: exitCode,
        data,
        timing: {
          started_at: new Date(startedMs).toISOString(),
          duration_ms: Math.max(0, Math.round(io.now() - startedMs)),
        },
        messages,
      };
      if (format === 'jsonl') writeLine(io, { type: 'result', ...envelope } satisfies OutputResult);
      else if (format === 'json') io.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`);
      else if (format === 'yaml') io.stdout.write((await import('yaml')).stringify(envelope));
      else if (text !== '') io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      return exitCode;
    },
  };
}
