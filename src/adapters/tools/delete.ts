import { lstat, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { confine } from './confine.ts';
import { failed } from './existing.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  /** Needed for a folder, which goes with all that is in it. */
  recursive: z.boolean().default(false),
});
const Output = z.strictObject({ path: z.string() });

/** Deletes a file, a link (not what it points to), or on request a folder. */
export const deleteFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/delete',
  aliases: ['delete', 'builtin/delete-file'],
  description: 'Delete a file of the project.',
  input: Input,
  output: Output,
  sideEffects: ['write_files'],
  async run({ path, recursive }, { directory }) {
    const { path: shown, file } = await confine(directory, path, { follow: false });
    const found = await lstat(file).catch(() => null);
    if (shown === '.') throw failed(shown, 'The project itself cannot be deleted');
    if (found === null) throw failed(shown, `There is no file ${shown}`);
    if (found.isDirectory() && !recursive) {
      throw failed(shown, `${shown} is a folder; say recursive: true to delete it with all that is in it`);
    }
    await rm(file, { recursive });
    return { path: shown };
  },
};
