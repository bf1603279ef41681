import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { fileError } from '../files/file-errors.ts';
import { assertFile } from './assert-file.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  find: z.string().min(1),
  replace: z.string(),
  /** Replace every occurrence; without it the text must occur exactly once. */
  all: z.boolean().default(false),
});
const Output = z.strictObject({ path: z.string(), replacements: z.number().int() });

/** Replaces text in a file. Fails when the text is missing or not unique. */
export const editFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/edit',
  aliases: ['edit', 'builtin/edit-file'],
  description: 'Replace one piece of text in a file of the project.',
  input: Input,
  output: Output,
  sideEffects: ['read_files', 'write_files'],
  async run({ path, find, replace, all }, { files }) {
    const place = await files.at(path);
    assertFile(place);
    const bytes = await place.read();
    if (!isUtf8(bytes)) throw fileError(place.path, `${place.path} is not UTF-8 text and cannot be edited`);
    const pieces = bytes.toString('utf8').split(find);
    const count = pieces.length - 1;
    if (count === 0) throw fileError(place.path, `The text to replace does not occur in ${place.path}`);
    if (count > 1 && !all) {
      throw fileError(
        place.path,
        `The text to replace occurs ${count} times in ${place.path}; give more of the text around it, or say all: true`,
      );
    }
    await place.write(Buffer.from(pieces.join(replace)));
    return { path: place.path, replacements: count };
  },
};
