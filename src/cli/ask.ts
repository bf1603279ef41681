import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Fault } from '../index.ts';
import { withFlag } from './hints.ts';
import type { Io } from './io.ts';
import type { Context } from './verb.ts';

/** Whether there is a person to ask. */
export function canAsk({ io, globals }: Pick<Context, 'io' | 'globals'>): boolean {
  return globals.input && globals.format !== 'json' && io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/**
 * A yes that must be given: by `--yes`, or by a person who types yes.
 * `typed` is the command to give the yes with, where it is not the one that was typed.
 * @throws {Fault} APPROVAL_NEEDED naming the flag when nobody can be asked; CANCELLED when the answer is no
 */
export async function approve(context: Context, question: string, typed = context.typed): Promise<void> {
  if (context.globals.yes) return;
  if (!canAsk(context)) {
    throw new Fault('APPROVAL_NEEDED', `${question} needs a yes, and there is nobody to ask`, {
      where: 'standard input',
      hints: [withFlag(typed, '--yes')],
    });
  }
  const answer = await ask(context.io, `${question}? Only yes is accepted: `);
  if (answer !== 'yes') {
    throw new Fault('CANCELLED', `${question}: not approved; nothing was changed`, { hints: [typed] });
  }
}

/** One line from the person at the terminal, trimmed; null when the input ends instead. */
export async function ask(io: Io, question: string, signal?: AbortSignal): Promise<string | null> {
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
      reader.question(question, signal === undefined ? {} : { signal }).then(text => answer(text.trim()), refuse);
    });
  } finally {
    reader.close();
  }
}
