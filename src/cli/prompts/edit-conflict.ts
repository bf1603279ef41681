import { basename } from 'node:path';
import { type CommandHint, type ConflictDetails, commandHint, TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';
import { editText } from './editor.ts';

/**
 * Opens a file in conflict in the user's editor and returns its new content.
 * @throws {TroupeError} USAGE, APPROVAL_NEEDED without a terminal, CONFLICT_LEFT
 */
export async function editConflict(
  context: Pick<CommandContext, 'io' | 'globals'>,
  { path, content }: Pick<ConflictDetails, 'path' | 'content'>,
): Promise<{ content: Buffer }> {
  const again = (options: CommandHint['options']) => commandHint('plan resolve', { args: [path], options });
  if (content === null) {
    throw new TroupeError('USAGE', `${path} is not text that could be edited`, {
      where: path,
      hints: [again({ take: 'ours' }), again({ take: 'theirs' })],
    });
  }
  const found = await editText(context, {
    name: basename(path),
    content,
    again: again({ edit: true }),
    alternative: again({ take: 'ours' }),
  });
  const left = found.code !== 0 ? `the editor ended with code ${found.code}` : unresolvedReason(content, found.content);
  if (left === null) return { content: found.content };
  throw new TroupeError('CONFLICT_LEFT', `${path} is not resolved: ${left}; nothing was changed`, {
    where: path,
    hints: [again({ edit: true }), again({ take: 'ours' })],
  });
}

function unresolvedReason(before: Buffer, after: Buffer): string | null {
  if (before.equals(after)) return 'it was left as it was';
  return /^<<<<<<< ours\r?$/m.test(after.toString('latin1')) ? 'there are still markers in it' : null;
}
