import * as z from 'zod';
import type { SandboxFile } from '../../ports/files.ts';
import type { Tool } from '../../ports/tool.ts';
import { fileError } from '../files/file-errors.ts';
import { matchesGlob } from '../fs/glob.ts';
import { walkFolder } from './walk.ts';

/** Larger files are data, not text written by people. */
const fileBytesMax = 2_000_000;
const lineCharactersMax = 500;

const Input = z.strictObject({
  /** Searched literally. Patterns need a program (`run`), because one bad expression would block the whole runtime. */
  text: z.string().min(1).max(1_000),
  caseSensitive: z.boolean().default(true),
  path: z.string().min(1).max(512).default('.'),
  glob: z.string().min(1).optional(),
  matchesMax: z.number().int().min(1).max(5_000).default(500),
});
const Match = z.strictObject({ path: z.string(), line: z.number().int(), text: z.string() });
const Output = z.strictObject({ matches: z.array(Match), truncated: z.boolean() });

/** Finds text in the files of the project, line by line. */
export const searchFilesTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/search',
  aliases: ['search', 'builtin/search-files'],
  description: 'Find a piece of text in the files of the project.',
  input: Input,
  output: Output,
  sideEffects: ['read_files'],
  async run({ text, caseSensitive, path, glob, matchesMax }, { files, signal }) {
    const matches: z.output<typeof Match>[] = [];
    for await (const entry of filesAt(await files.at(path))) {
      signal.throwIfAborted();
      if (glob !== undefined && !matchesGlob([glob], entry.path)) continue;
      for (const match of await matchesIn(entry, text, caseSensitive)) {
        if (matches.length === matchesMax) return { matches, truncated: true };
        matches.push(match);
      }
    }
    return { matches, truncated: false };
  },
};

async function* filesAt(place: SandboxFile): AsyncGenerator<SandboxFile> {
  if (place.kind === null) throw fileError(place.path, `There is no ${place.path}`);
  if (place.kind === 'file') yield place;
  else for await (const entry of walkFolder(place, true)) if (entry.kind === 'file') yield entry;
}

async function matchesIn(place: SandboxFile, text: string, caseSensitive: boolean) {
  const { path } = place;
  if ((await place.bytes()) > fileBytesMax) return [];
  const bytes = await place.read();
  if (bytes.includes(0)) return [];
  const fold = (line: string) => (caseSensitive ? line : line.toLowerCase());
  const wanted = fold(text);
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) =>
      fold(line).includes(wanted)
        ? [{ path, line: index + 1, text: line.replace(/\r$/, '').slice(0, lineCharactersMax) }]
        : [],
    );
}
