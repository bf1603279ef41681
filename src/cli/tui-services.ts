import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TroupeError, withOptions } from '../index.ts';
import { hasCode } from '../model/caught-error.ts';
import type { ExclusiveTerminal, HostServices, TerminalScreen } from '../tui.ts';
import type { CommandContext } from './command.ts';
import type { Io } from './io.ts';

/**
 * Services of the terminal UI outside of its screen; `alone` gives them the terminal. They load what they need when they
 * are called, so that the screen appears earlier.
 */
export function createHostServices(
  context: Pick<CommandContext, 'io' | 'globals'>,
  { stage, alone, inspect }: { stage: TerminalScreen; alone: ExclusiveTerminal; inspect: HostServices['inspect'] },
): HostServices {
  const { io, globals } = context;
  const itself: Io = { ...io, edit: (program, file) => alone(() => io.edit(program, file)) };
  const editor = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  return {
    folder: globals.directory,
    copy: stage.copy,
    notify: stage.notify,
    edit: async file => (editor === undefined ? null : alone(() => io.edit(editor, file))),
    shell: folder => alone(() => io.shell(folder)),
    async editText(name, text, again) {
      const { editText } = await import('./prompts/editor.ts');
      const content = Buffer.from(text);
      const found = await editText(
        { globals, io: itself },
        { name, content, again, alternative: withOptions(again, { print: true }) },
      );
      if (found.code === 0) return found.content.toString();
      throw new TroupeError('USAGE', `The editor ended with code ${found.code}; nothing was changed`, {
        hints: [again],
      });
    },
    async loadAction(file) {
      const { loadActionFile } = await import('./action-input.ts');
      return { action: await loadActionFile(context, file), actionDir: dirname(resolve(globals.directory, file)) };
    },
    inspect,
    save: (name, text) => writeNewFile(globals.directory, name, text),
    async editConflict(path, content) {
      const { editConflict } = await import('./prompts/edit-conflict.ts');
      return (await editConflict({ globals, io: itself }, { path, content })).content;
    },
  };
}

/** Never overwrites a file. */
async function writeNewFile(folder: string, name: string, text: string, turn = 1): Promise<string> {
  const file = join(folder, turn === 1 ? name : name.replace(/(\.\w+)$/, `-${turn}$1`));
  try {
    await writeFile(file, text, { flag: 'wx' });
    return file;
  } catch (thrown) {
    if (hasCode(thrown, 'EEXIST')) return writeNewFile(folder, name, text, turn + 1);
    throw thrown;
  }
}
