import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';
import { assertFile } from './assert-file.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(512),
  /** Bytes to skip. */
  offset: z.number().int().min(0).default(0),
  bytesMax: z.number().int().min(1).max(1_000_000).default(256_000),
});
const Output = z.strictObject({
  path: z.string(),
  content: z.string(),
  /** base64 for content that is not UTF-8 text. */
  encoding: z.enum(['utf8', 'base64']),
  /** Size of the whole file. */
  bytes: z.number().int(),
  truncated: z.boolean(),
});

/** Reads a file, or a range of a large one. */
export const readFileTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/read',
  aliases: ['read', 'builtin/read-file'],
  description: 'Read a file of the project.',
  input: Input,
  output: Output,
  sideEffects: ['read_files'],
  async run({ path, offset, bytesMax }, { files }) {
    const place = await files.at(path);
    assertFile(place);
    const size = await place.bytes();
    const bytes = await place.read({ offset, bytesMax });
    const truncated = offset + bytes.length < size;
    const text = truncated ? wholeCharacters(bytes) : bytes;
    const encoding = isUtf8(text) ? 'utf8' : 'base64';
    const content = (encoding === 'utf8' ? text : bytes).toString(encoding);
    return { path: place.path, content, encoding, bytes: size, truncated };
  },
};

/** Removes an incomplete character at the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (const [after, byte] of bytes.subarray(-3).toReversed().entries()) {
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > after + 1 ? bytes.subarray(0, bytes.length - after - 1) : bytes;
  }
  return bytes;
}
