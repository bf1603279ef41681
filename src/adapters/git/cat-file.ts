import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Git } from './git.ts';

export interface BlobReader {
  /** The content of a blob named by id or as `<tree>:<path>`; null when there is no such blob. */
  read(name: string): Promise<Buffer | null>;
  close(): void;
}

interface Question {
  name: string;
  resolve(content: Buffer | null): void;
  reject(error: Error): void;
}

/**
 * One `git cat-file --batch` for many questions. It starts at the first question, does not keep the process alive, and
 * when it dies the questions it owed are asked again of a new one, once.
 */
export function openBlobReader(git: Git): BlobReader {
  let running: { ask(question: Question): void; end(): void } | null = null;
  const ask = (name: string) =>
    new Promise<Buffer | null>((resolve, reject) => {
      running ??= converse(git.stay(['cat-file', '--batch', '-z']), () => {
        running = null;
      });
      running.ask({ name, resolve, reject });
    });
  return {
    read: name => ask(name).catch(() => ask(name)),
    close() {
      running?.end();
      running = null;
    },
  };
}

function converse(child: ChildProcessWithoutNullStreams, gone: () => void) {
  const waiting: Question[] = [];
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = 0;
  const hear = (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // Joining only when an answer can be complete keeps a large blob linear.
    while (size > 0 && size >= wanted) {
      const heard = Buffer.concat(chunks);
      const reply = parseReply(heard, waiting[0]?.name ?? '');
      chunks = [heard.subarray(reply.used)];
      size = heard.length - reply.used;
      wanted = reply.needs;
      if (reply.used === 0) return;
      waiting.shift()?.resolve(reply.content);
      if (waiting.length === 0) hold(false);
    }
  };
  const end = () => {
    gone();
    for (const { reject } of waiting.splice(0)) reject(new Error('git cat-file ended'));
  };
  child.stdout.on('data', hear);
  child.stdin.on('error', () => {});
  child.on('error', end);
  child.on('close', end);
  // Pipes are sockets, which can be told whether to keep the process alive; their stream types do not say so.
  const handles = [child, child.stdin, child.stdout, child.stderr] as { ref?(): void; unref?(): void }[];
  const hold = (held: boolean) => {
    for (const handle of handles) held ? handle.ref?.() : handle.unref?.();
  };
  child.stderr.resume();
  hold(false);
  return {
    ask(question: Question) {
      hold(true);
      waiting.push(question);
      child.stdin.write(`${question.name}\0`);
    },
    end: () => child.stdin.end(),
  };
}

interface Reply {
  /** Bytes of the answer; 0 when it is not complete yet, and then `needs` bytes have to be there. */
  used: number;
  needs: number;
  content: Buffer | null;
}

function parseReply(heard: Buffer, name: string): Reply {
  // "<name> missing": the name may hold newlines, so it is measured and not searched for the end of its line.
  for (const word of ['missing', 'ambiguous']) {
    const absent = Buffer.from(`${name} ${word}\n`);
    const same = absent.subarray(0, heard.length).equals(heard.subarray(0, absent.length));
    if (same && heard.length < absent.length) return { used: 0, needs: heard.length + 1, content: null };
    if (same) return { used: absent.length, needs: 0, content: null };
  }
  const line = heard.indexOf('\n');
  if (line < 0) return { used: 0, needs: heard.length + 1, content: null };
  const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(heard.toString('latin1', 0, line));
  if (header === null) return { used: line + 1, needs: 0, content: null };
  const total = line + 1 + Number(header[2]) + 1;
  if (heard.length < total) return { used: 0, needs: total, content: null };
  const content = header[1] === 'blob' ? Buffer.from(heard.subarray(line + 1, total - 1)) : null;
  return { used: total, needs: 0, content };
}
