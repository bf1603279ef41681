import { basename } from 'node:path';
import { type ConflictView, Fault, withOperand } from '../index.ts';
import { inEditor } from './in-editor.ts';
import type { Context } from './verb.ts';

/**
 * A file in conflict as a person leaves it in an editor of theirs.
 * @throws {Fault} USAGE, APPROVAL_NEEDED when there is nobody at the terminal, CONFLICT_LEFT
 */
export async function edited(
  context: Pick<Context, 'io' | 'globals'>,
  { path, content }: Pick<ConflictView, 'path' | 'content'>,
): Promise<{ content: Buffer }> {
  const again = (flags: string) => withOperand('troupe plan resolve', path, flags);
  if (content === null) {
    throw new Fault('USAGE', `${path} is not text that could be edited`, {
      where: path,
      hints: [again('--take ours'), again('--take theirs')],
    });
  }
  const found = await inEditor(context, {
    name: basename(path),
    content,
    again: again('--edit'),
    otherwise: again('--take ours'),
  });
  const left = found.code !== 0 ? `the editor ended with code ${found.code}` : leftIn(content, found.content);
  if (left === null) return { content: found.content };
  throw new Fault('CONFLICT_LEFT', `${path} is not settled: ${left}; nothing was changed`, {
    where: path,
    hints: [again('--edit'), again('--take ours')],
  });
}

function leftIn(before: Buffer, after: Buffer): string | null {
  if (before.equals(after)) return 'it was left as it was';
  return /^<<<<<<< ours\r?$/m.test(after.toString('latin1')) ? 'there are still markers in it' : null;
}
