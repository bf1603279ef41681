import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../index.ts';
import { canAsk } from './ask.ts';
import type { Context } from './verb.ts';

/**
 * A text as a person leaves it in an editor of theirs: of `$VISUAL`, or else `$EDITOR`; and how the editor ended.
 * `again` is the command to type it with, `otherwise` one that needs no editor.
 * @throws {Fault} USAGE without an editor, APPROVAL_NEEDED when there is nobody at the terminal
 */
export async function inEditor(
  { io, globals }: Pick<Context, 'io' | 'globals'>,
  { name, content, again, otherwise }: { name: string; content: Buffer; again: string; otherwise: string },
): Promise<{ code: number; content: Buffer }> {
  const program = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  if (program === undefined) {
    throw new Fault('USAGE', 'There is no editor: neither VISUAL nor EDITOR is set', {
      where: name,
      hints: [`EDITOR=vi ${again}`, otherwise],
    });
  }
  if (!canAsk({ io, globals })) {
    throw new Fault('APPROVAL_NEEDED', 'Editing needs a person at the terminal', {
      where: 'standard input',
      hints: [otherwise],
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'troupe-edit-'));
  try {
    const file = join(folder, name);
    await writeFile(file, content);
    const code = await io.edit(program, file);
    return { code, content: await readFile(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
