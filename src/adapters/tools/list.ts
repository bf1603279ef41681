import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { fileError } from '../files/file-errors.ts';
import { matchesGlob } from '../fs/glob.ts';
import { walkFolder } from './walk.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512).default('.'),
  recursive: z.boolean().default(false),
  /** Only matching paths, such as `src/**` followed by `/*.ts`. */
  glob: z.string().min(1).optional(),
  entriesMax: z.number().int().min(1).max(20_000).default(2_000),
});
const Output = z.strictObject({
  entries: z.array(z.strictObject({ path: z.string(), type: z.enum(['file', 'folder', 'link', 'other']) })),
  truncated: z.boolean(),
});

/** Lists a folder, sorted by name. */
export const listFilesTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/list',
  aliases: ['list', 'builtin/list-files'],
  description: 'List the files and folders of the project.',
  input: Input,
  output: Output,
  sideEffects: ['read_files'],
  async run({ path, recursive, glob, entriesMax }, { files, signal }) {
    const folder = await files.at(path);
    if (folder.kind !== 'folder') throw fileError(folder.path, `There is no folder ${folder.path}`);
    const entries: z.output<typeof Output>['entries'] = [];
    for await (const { path: found, kind } of walkFolder(folder, recursive)) {
      signal.throwIfAborted();
      if (glob !== undefined && !matchesGlob([glob], found)) continue;
      if (entries.length === entriesMax) return { entries, truncated: true };
      entries.push({ path: found, type: kind ?? 'other' });
    }
    return { entries, truncated: false };
  },
};
