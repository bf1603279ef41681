import type { Git } from './git.ts';
import { type GitBatchProcess, openGitBatchProcess, type Parse } from './git-batch-process.ts';

export interface BlobReader {
  /** Returns the content of a blob named by id or as `<tree>:<path>`; null when there is no such blob. */
  read(name: string): Promise<Buffer | null>;
  close(): Promise<void>;
}

const words = ['cat-file', '--batch', '-z'];

/**
 * One `git cat-file --batch` for all requests. Starts on the first one, does not keep the process alive, and when it
 * dies, its pending requests are repeated once with a new one.
 */
export function openBlobReader(git: Git): BlobReader {
  let running: GitBatchProcess | null = null;
  const ask = async (name: string) => {
    if (running?.alive !== true) running = openGitBatchProcess(git.spawn(words), words);
    return running.request(`${name}\0`, output => parseReply(output, name));
  };
  return {
    read: name => ask(name).catch(() => ask(name)),
    async close() {
      await running?.close();
    },
  };
}

function parseReply(output: Buffer, name: string): ReturnType<Parse<Buffer | null>> {
  // "<name> missing": the name may contain newlines, so its length is used instead of the end of the line.
  for (const word of ['missing', 'ambiguous']) {
    const absent = Buffer.from(`${name} ${word}\n`);
    const same = absent.subarray(0, output.length).equals(output.subarray(0, absent.length));
    if (same && output.length < absent.length) return { needs: output.length + 1 };
    if (same) return { used: absent.length, value: null };
  }
  const line = output.indexOf('\n');
  if (line < 0) return { needs: output.length + 1 };
  const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.toString('latin1', 0, line));
  if (header === null) return { used: line + 1, value: null };
  const total = line + 1 + Number(header[2]) + 1;
  if (output.length < total) return { needs: total };
  const value = header[1] === 'blob' ? Buffer.from(output.subarray(line + 1, total - 1)) : null;
  return { used: total, value };
}
