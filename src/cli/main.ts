import { resolve } from 'node:path';
import { createRedactor, errorCodes, type Redactor, type SerializedError, shellQuote, TroupeError } from '../index.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import { type ColorChoice, createColors, shouldUseColor } from '../presentation/colors.ts';
import type { CommandContext, OutputFormat } from './command.ts';
import { exitCodeOf, InterruptedError, watchInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import { type CommandOutput, createCommandOutput } from './output/command-output.ts';
import { withLocationFlags } from './output/hints.ts';
import { type ParsedCommandLine, parseCommandLine, requestedFormat } from './program.ts';
import { secretValues } from './project/environment.ts';
import { watchUncaught } from './uncaught.ts';

/**
 * Runs one command and returns its exit code. Uses the process only through `io`, so that tests can call it in
 * process. Never throws.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseCommandLine(argv, io);
  if (parsed.kind === 'help') {
    io.stdout.write(parsed.text);
    return 0;
  }
  if (parsed.kind === 'refused') {
    const report = createOutput({
      io,
      format: requestedFormat(argv, io),
      command: 'troupe',
      quiet: false,
      exitCodes: () => 2,
      redactor: createRedactor(),
    });
    return report.fail({ error: parsed.error, exitCode: 2 });
  }
  return runParsedCommand(argv, parsed, io);
}

async function runParsedCommand(
  argv: readonly string[],
  parsed: Extract<ParsedCommandLine, { kind: 'verb' }>,
  io: Io,
): Promise<number> {
  const { verb, given, color } = parsed;
  const format = verb.streams === true && parsed.globals.format === 'json' ? 'jsonl' : parsed.globals.format;
  const globals = { ...parsed.globals, format, directory: resolve(io.cwd, parsed.globals.directory) };
  const exitCodes = (error: SerializedError) => errorCodes[error.code].exitCode;
  const retype = (hint: string) => withLocationFlags(hint, parsed.globals);
  const redactor = createRedactor(secretsFromFlags({ io, args: given }));
  const report = createOutput({ io, ...globals, command: verb.path, color, exitCodes, retype, redactor });
  const interrupts = watchInterrupts(io);
  const context: CommandContext = {
    io,
    globals,
    args: given,
    interrupts,
    argv,
    readOnly: verb.readOnly === true,
    attached: false,
    ownsStore: () => false,
    reportStarted: planId => io.parentProcess?.({ type: 'begun', planId }),
    commandLine: ['troupe', ...argv.map(shellQuote)].join(' '),
    paint: createColors(shouldUseColor(color, io.env, io.stdout)),
    color,
    log: report.log,
    emitEvent: report.emitEvent,
    emitLogLine: report.emitLogLine,
  };
  const uncaught = watchUncaught(context);
  try {
    const load = given.has('detach') && io.parentProcess === null ? () => import('./detach.ts') : verb.load;
    const { run } = await load();
    return await report.finish(await Promise.race([run(context), interrupts.ended, uncaught.ended]));
  } catch (thrown) {
    if (thrown instanceof InterruptedError) {
      const error = new TroupeError('CANCELLED', `Interrupted by ${thrown.signal}; what was acknowledged is kept`);
      return report.fail({ error: error.toJSON(), exitCode: exitCodeOf(thrown.signal) });
    }
    const error = TroupeError.serialize(thrown);
    io.parentProcess?.({ type: 'failed', error });
    const stack = globals.verbose && thrown instanceof Error ? thrown.stack : undefined;
    return report.fail({ error, exitCode: exitCodes(error), ...omitUndefined({ stack }) });
  } finally {
    interrupts.release();
    uncaught.release();
  }
}

function createOutput(options: {
  io: Io;
  format: OutputFormat;
  command: string;
  quiet: boolean;
  color?: ColorChoice;
  exitCodes(error: SerializedError): number;
  retype?: (hint: string) => string;
  redactor: Redactor;
}): CommandOutput {
  const { io, format, command, quiet, color = 'auto', exitCodes, retype = hint => hint, redactor } = options;
  return createCommandOutput({
    io,
    command,
    quiet,
    format,
    redactor,
    colors: createColors(shouldUseColor(color, io.env, io.stderr)),
    exitCodeOf: exitCodes,
    retype,
  });
}

/** A missing variable is reported by the command that needs it. */
function secretsFromFlags(typed: Pick<CommandContext, 'io' | 'args'>): Record<string, string> {
  try {
    return secretValues(typed);
  } catch {
    return {};
  }
}
