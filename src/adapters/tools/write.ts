import * as z from 'zod';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { Tool } from '../../ports/tool.ts';
import { fileError } from '../files/file-errors.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  /** @default the file's current mode, and not executable for a new file */
  executable: z.boolean().optional(),
});
const Output = z.strictObject({ path: z.string(), bytes: z.number().int(), created: z.boolean() });

/** Writes a whole file, and creates its folders. */
export const writeFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/write',
  aliases: ['write', 'builtin/write-file'],
  description: 'Write a file of the project, replacing what is there.',
  input: Input,
  output: Output,
  sideEffects: ['write_files'],
  async run({ path, content, encoding, executable }, { files }) {
    const place = await files.at(path);
    const { path: shown, kind } = place;
    if (kind !== null && kind !== 'file') throw fileError(shown, `${shown} is not a file`);
    const bytes = Buffer.from(content, encoding);
    await place.write(bytes, omitUndefined({ executable }));
    return { path: shown, bytes: bytes.length, created: kind === null };
  },
};
