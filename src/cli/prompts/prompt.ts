import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { TroupeError } from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { CommandContext } from '../command.ts';
import type { Io } from '../io.ts';
import { appendFlag } from '../output/hints.ts';

/** Returns whether there is a user to ask. */
export function isInteractive({ io, globals }: Pick<CommandContext, 'io' | 'globals'>): boolean {
  return globals.input && globals.format !== 'json' && io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/**
 * Asks for a required confirmation, unless `--yes` was given. `typed` is the command that confirms, if it differs
 * from the current one.
 * @throws {TroupeError} APPROVAL_NEEDED naming the flag when input is not a terminal; CANCELLED when the answer is no
 */
export async function confirm(
  context: CommandContext,
  question: string,
  commandLine = context.commandLine,
): Promise<void> {
  if (context.globals.yes) return;
  if (!isInteractive(context)) {
    throw new TroupeError('APPROVAL_NEEDED', `${question} needs confirmation, but input is not a terminal`, {
      where: 'standard input',
      hints: [appendFlag(commandLine, '--yes')],
    });
  }
  const answer = await promptLine(context.io, `${question}? Only yes is accepted: `);
  if (answer !== 'yes') {
    throw new TroupeError('CANCELLED', `${question}: not approved; nothing was changed`, { hints: [commandLine] });
  }
}

/** Reads one trimmed line from the terminal; null when the input ends. */
export async function promptLine(io: Io, question: string, signal?: AbortSignal): Promise<string | null> {
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      io.stderr.write(chunk.toString());
      done();
    },
  });
  const reader = createInterface({ input: io.stdin, output, terminal: false });
  try {
    return await new Promise<string | null>((answer, refuse) => {
      reader.once('close', () => answer(null));
      reader.question(question, omitUndefined({ signal })).then(text => answer(text.trim()), refuse);
    });
  } finally {
    reader.close();
  }
}
