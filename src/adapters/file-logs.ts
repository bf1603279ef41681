import { appendFileSync, mkdirSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logs } from '../ports/logs.ts';
import { bell } from './bell.ts';

const chunkBytes = 64 * 1024;

/**
 * Logs as one file per plan, complete; nothing is kept in memory beyond one turn of the event loop. Lines that cannot be
 * written, as on a full disk, are missing, and the log says so as soon as it can: work does not end of its log.
 */
export function fileLogs(folder: string): Logs {
  mkdirSync(folder, { recursive: true });
  const pending = new Map<string, string[]>();
  const news = bell();
  let closed = false;
  let scheduled = false;
  /** How often something was written: what comes while a file is read must not be slept over. */
  let writes = 0;
  const fileOf = (planId: string) => join(folder, `${planId}.log`);
  const missing = new Map<string, { lines: number; why: string }>();
  const write = (planId: string, lines: readonly string[]) => {
    const before = missing.get(planId);
    const note = before === undefined ? [] : [`[${before.lines} lines could not be written: ${before.why}]`];
    try {
      appendFileSync(fileOf(planId), `${[...note, ...lines].join('\n')}\n`);
      missing.delete(planId);
    } catch (thrown) {
      missing.set(planId, { lines: (before?.lines ?? 0) + lines.length, why: (thrown as Error).message });
    }
  };
  const flush = () => {
    scheduled = false;
    for (const [planId, lines] of pending) write(planId, lines);
    pending.clear();
    writes += 1;
    news.ring();
  };
  return {
    append(planId, line) {
      if (closed) return;
      const lines = pending.get(planId) ?? [];
      pending.set(planId, lines);
      lines.push(line);
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
    async *read(planId, { follow = false, signal } = {}) {
      flush();
      let position = 0;
      let rest = Buffer.alloc(0);
      while (true) {
        const known = writes;
        const chunk = await chunkAt(fileOf(planId), position);
        position += chunk.length;
        rest = Buffer.concat([rest, chunk]);
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          yield rest.subarray(0, end).toString();
          rest = rest.subarray(end + 1);
        }
        if (chunk.length > 0) continue;
        if (!follow || closed || signal?.aborted) return;
        if (writes === known) await news.next(signal);
      }
    },
    async sizes() {
      flush();
      const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.log'));
      const found = await Promise.all(
        names.map(async name => [name.slice(0, -'.log'.length), (await stat(join(folder, name))).size] as const),
      );
      return Object.fromEntries(found);
    },
    async remove(planId) {
      pending.delete(planId);
      missing.delete(planId);
      await rm(fileOf(planId), { force: true });
    },
    close() {
      closed = true;
      flush();
      return Promise.resolve();
    },
  };
}

async function chunkAt(path: string, position: number): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (!file) return Buffer.alloc(0);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
