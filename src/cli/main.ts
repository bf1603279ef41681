import { resolve } from 'node:path';
import { Fault, faultTable, type Redactor, redactorOf, type StoredFault, shellWord } from '../index.ts';
import { typedAt } from './hints.ts';
import { exitCodeOf, Interrupted, watchInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import { type ColorChoice, painter, wantsColor } from './paint.ts';
import { secretValues } from './passed-on.ts';
import { formatOf, type Parsed, parse } from './program.ts';
import { openReport, type Report } from './report.ts';
import { watchUncaught } from './uncaught.ts';
import type { Context, Format } from './verb.ts';

/**
 * One command from its words to its exit code. Everything it needs of the process comes in through `io`, so that it can
 * be called in process as well as from a shell. It never throws.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parse(argv, io);
  if (parsed.kind === 'help') {
    io.stdout.write(parsed.text);
    return 0;
  }
  if (parsed.kind === 'refused') {
    const report = reportOf({
      io,
      format: formatOf(argv, io),
      command: 'troupe',
      quiet: false,
      exitCodes: () => 2,
      redactor: redactorOf(),
    });
    return report.fail({ fault: parsed.fault, exitCode: 2 });
  }
  return perform(argv, parsed, io);
}

async function perform(argv: readonly string[], parsed: Extract<Parsed, { kind: 'verb' }>, io: Io): Promise<number> {
  const { verb, given, color } = parsed;
  const format = verb.streams === true && parsed.globals.format === 'json' ? 'jsonl' : parsed.globals.format;
  const globals = { ...parsed.globals, format, directory: resolve(io.cwd, parsed.globals.directory) };
  const exitCodes = (fault: StoredFault) => faultTable[fault.code].exitCode;
  const retype = (hint: string) => typedAt(hint, parsed.globals);
  const redactor = redactorOf(typedSecrets({ io, given }));
  const report = reportOf({ io, ...globals, command: verb.path, color, exitCodes, retype, redactor });
  const interrupts = watchInterrupts(io);
  const context: Context = {
    io,
    globals,
    given,
    interrupts,
    words: argv,
    looks: verb.looks === true,
    attached: false,
    owns: () => false,
    begun: planId => io.starter?.({ type: 'begun', planId }),
    typed: ['troupe', ...argv.map(shellWord)].join(' '),
    paint: painter(wantsColor(color, io.env, io.stdout)),
    color,
    say: report.say,
    event: report.event,
    line: report.line,
  };
  const uncaught = watchUncaught(context);
  try {
    const load = given.has('detach') && io.starter === null ? () => import('./detach.ts') : verb.load;
    const { run } = await load();
    return await report.finish(await Promise.race([run(context), interrupts.ended, uncaught.ended]));
  } catch (thrown) {
    if (thrown instanceof Interrupted) {
      const fault = new Fault('CANCELLED', `Interrupted by ${thrown.signal}; what was acknowledged is kept`);
      return report.fail({ fault: fault.toJSON(), exitCode: exitCodeOf(thrown.signal) });
    }
    const fault = Fault.store(thrown);
    io.starter?.({ type: 'failed', fault });
    const stack = globals.verbose && thrown instanceof Error ? thrown.stack : undefined;
    return report.fail({ fault, exitCode: exitCodes(fault), ...(stack === undefined ? {} : { stack }) });
  } finally {
    interrupts.release();
    uncaught.release();
  }
}

function reportOf(options: {
  io: Io;
  format: Format;
  command: string;
  quiet: boolean;
  color?: ColorChoice;
  exitCodes(fault: StoredFault): number;
  retype?: (hint: string) => string;
  redactor: Redactor;
}): Report {
  const { io, format, command, quiet, color = 'auto', exitCodes, retype = hint => hint, redactor } = options;
  return openReport({
    io,
    command,
    quiet,
    format,
    redactor,
    paint: painter(wantsColor(color, io.env, io.stderr)),
    exitCodeOf: exitCodes,
    retype,
  });
}

/** A variable that is not there is told by the command that wants it. */
function typedSecrets(typed: Pick<Context, 'io' | 'given'>): Record<string, string> {
  try {
    return secretValues(typed);
  } catch {
    return {};
  }
}
