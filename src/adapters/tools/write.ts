import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { confine } from './confine.ts';
import { failed } from './existing.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  /** Left out: as it was, and not executable when the file is new. */
  executable: z.boolean().optional(),
});
const Output = z.strictObject({ path: z.string(), bytes: z.number().int(), created: z.boolean() });

/** Writes a whole file, with the folders it needs. */
export const writeFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/write',
  aliases: ['write', 'builtin/write-file'],
  description: 'Write a file of the project, replacing what is there.',
  input: Input,
  output: Output,
  sideEffects: ['write_files'],
  async run({ path, content, encoding, executable }, { directory }) {
    const confined = await confine(directory, path);
    const before = await stat(confined.file).catch(() => null);
    if (before !== null && !before.isFile()) throw failed(confined.path, `${confined.path} is not a file`);
    const bytes = Buffer.from(content, encoding);
    await mkdir(dirname(confined.file), { recursive: true });
    await writeFile(confined.file, bytes);
    if (executable !== undefined) await chmod(confined.file, executable ? 0o755 : 0o644);
    return { path: confined.path, bytes: bytes.length, created: before === null };
  },
};
