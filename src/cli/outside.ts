import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../index.ts';
import type { Outside } from '../tui/hand.ts';
import type { Stage } from '../tui/screen.ts';
import type { Alone } from '../tui/start.tsx';
import { actionIn } from './action-source.ts';
import { edited } from './edited.ts';
import { inEditor } from './in-editor.ts';
import type { Io } from './io.ts';
import type { Context } from './verb.ts';

/** What the terminal UI may do beyond its screen; `alone` lends it the terminal. */
export function outsideOf(
  context: Pick<Context, 'io' | 'globals'>,
  { stage, alone, inspect }: { stage: Stage; alone: Alone; inspect: Outside['inspect'] },
): Outside {
  const { io, globals } = context;
  const itself: Io = { ...io, edit: (program, file) => alone(() => io.edit(program, file)) };
  const editor = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  return {
    folder: globals.directory,
    copy: stage.copy,
    notify: stage.notify,
    edit: async file => (editor === undefined ? null : alone(() => io.edit(editor, file))),
    shell: folder => alone(() => io.shell(folder)),
    async rewrite(name, text, again) {
      const content = Buffer.from(text);
      const found = await inEditor({ globals, io: itself }, { name, content, again, otherwise: `${again} --print` });
      if (found.code === 0) return found.content.toString();
      throw new Fault('USAGE', `The editor ended with code ${found.code}; nothing was changed`, { hints: [again] });
    },
    async action(file) {
      return { action: await actionIn(context, file), actionDir: dirname(resolve(globals.directory, file)) };
    },
    inspect,
    save: (name, text) => saveNew(globals.directory, name, text),
    async settle(path, content) {
      return (await edited({ globals, io: itself }, { path, content })).content;
    },
  };
}

/** Never over a file that is there. */
async function saveNew(folder: string, name: string, text: string, turn = 1): Promise<string> {
  const file = join(folder, turn === 1 ? name : name.replace(/(\.\w+)$/, `-${turn}$1`));
  try {
    await writeFile(file, text, { flag: 'wx' });
    return file;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')
      return saveNew(folder, name, text, turn + 1);
    throw thrown;
  }
}
