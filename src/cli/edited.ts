import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ConflictView, Fault } from '../index.ts';
import { canAsk } from './ask.ts';
import type { Context } from './verb.ts';

/**
 * A file in conflict as a person leaves it in an editor of theirs: of `$VISUAL`, or else `$EDITOR`.
 * @throws {Fault} USAGE, APPROVAL_NEEDED when there is nobody at the terminal, CONFLICT_LEFT
 */
export async function edited(
  context: Pick<Context, 'io' | 'globals'>,
  { path, content }: Pick<ConflictView, 'path' | 'content'>,
): Promise<{ content: Buffer }> {
  const { io } = context;
  const again = `troupe plan resolve ${path}`;
  const program = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  if (content === null) {
    throw new Fault('USAGE', `${path} is not text that could be edited`, {
      where: path,
      hints: [`${again} --take ours`],
    });
  }
  if (program === undefined) {
    const hints = [`EDITOR=vi ${again} --edit`, `${again} --with FILE`];
    throw new Fault('USAGE', 'There is no editor: neither VISUAL nor EDITOR is set', { where: path, hints });
  }
  if (!canAsk(context)) {
    const hints = [`${again} --with FILE`];
    throw new Fault('APPROVAL_NEEDED', 'Editing needs a person at the terminal', { where: 'standard input', hints });
  }
  const folder = await mkdtemp(join(tmpdir(), 'troupe-edit-'));
  try {
    const file = join(folder, basename(path));
    await writeFile(file, content);
    const code = await io.edit(program, file);
    const found = await readFile(file);
    const left = code !== 0 ? `the editor ended with code ${code}` : leftIn(content, found);
    if (left === null) return { content: found };
    throw new Fault('CONFLICT_LEFT', `${path} is not settled: ${left}; nothing was changed`, {
      where: path,
      hints: [`${again} --edit`],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function leftIn(before: Buffer, after: Buffer): string | null {
  if (before.equals(after)) return 'it was left as it was';
  return /^<<<<<<< ours\r?$/m.test(after.toString('latin1')) ? 'there are still markers in it' : null;
}
