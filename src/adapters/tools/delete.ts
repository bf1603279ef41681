import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { fileError } from '../files/file-errors.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  /** Required for a folder, which is deleted with its content. */
  recursive: z.boolean().default(false),
});
const Output = z.strictObject({ path: z.string() });

/** Deletes a file, a link (not its target), or with `recursive` a folder. */
export const deleteFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/delete',
  aliases: ['delete', 'builtin/delete-file'],
  description: 'Delete a file of the project.',
  input: Input,
  output: Output,
  sideEffects: ['write_files'],
  async run({ path, recursive }, { files }) {
    const place = await files.at(path, { follow: false });
    const { path: shown, kind } = place;
    if (shown === '.') throw fileError(shown, 'The project itself cannot be deleted');
    if (kind === null) throw fileError(shown, `There is no file ${shown}`);
    if (kind === 'folder' && !recursive) {
      throw fileError(shown, `${shown} is a folder; say recursive: true to delete it with all that is in it`);
    }
    await place.remove();
    return { path: shown };
  },
};
