import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { shellQuote, type Troupe, TroupeError, type UseOptions } from '../../index.ts';
import { hasCode } from '../../model/caught-error.ts';
import type { CommandContext } from '../command.ts';
import type { ActionDraft } from './goal-action.ts';

/** Writes the action to the file of `--save`, if it was given. @throws {TroupeError} FILE_EXISTS, FILE_NOT_FOUND */
export async function saveAction(
  context: CommandContext,
  troupe: Troupe,
  used: ActionDraft | UseOptions['action'],
): Promise<void> {
  const wanted = context.args.text('save');
  if (wanted === undefined) return;
  const action = typeof used === 'string' ? await troupe.actions.get(used) : used;
  const again = `troupe run -f ${shellQuote(wanted)}`;
  const { stringify } = await import('yaml');
  const text = `# Run it again with: ${again}\n# Every key is described by: troupe help action\n${stringify(action)}`;
  try {
    await writeFile(resolve(context.globals.directory, wanted), text, { flag: 'wx' });
  } catch (cause) {
    const exists = hasCode(cause, 'EEXIST');
    throw exists
      ? new TroupeError('FILE_EXISTS', 'There is a file already, which is left as it is', {
          where: wanted,
          hints: [again, `rm ${shellQuote(wanted)}`],
        })
      : new TroupeError('FILE_NOT_FOUND', 'The action cannot be written there', {
          where: wanted,
          hints: ['ls'],
          cause,
        });
  }
  context.log(`Wrote the action to ${wanted}; run it again with: ${again}`);
}
