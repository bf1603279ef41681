import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandHint, TroupeError } from '../../index.ts';
import { formatHint } from '../../presentation/hints.ts';
import type { CommandContext } from '../command.ts';
import { isInteractive } from './prompt.ts';

/**
 * Opens a text in `$VISUAL`, or else `$EDITOR`; returns the new text and the editor's exit code. `again` is the
 * command to retry, `alternative` one that needs no editor.
 * @throws {TroupeError} USAGE without an editor, APPROVAL_NEEDED without a terminal
 */
export async function editText(
  { io, globals }: Pick<CommandContext, 'io' | 'globals'>,
  {
    name,
    content,
    again,
    alternative,
  }: { name: string; content: Buffer; again: CommandHint; alternative: CommandHint },
): Promise<{ code: number; content: Buffer }> {
  const program = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  if (program === undefined) {
    throw new TroupeError('USAGE', 'There is no editor: neither VISUAL nor EDITOR is set', {
      where: name,
      hints: [`EDITOR=vi ${formatHint(again)}`, alternative],
    });
  }
  if (!isInteractive({ io, globals })) {
    throw new TroupeError('APPROVAL_NEEDED', 'Editing needs a person at the terminal', {
      where: 'standard input',
      hints: [alternative],
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
