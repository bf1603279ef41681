import { open } from 'node:fs/promises';
import type { Logs } from '../ports/logs.ts';
import { bell } from './bell.ts';
import { logPieces } from './log-pieces.ts';

const chunkBytes = 64 * 1024;

export interface FileLogsOptions {
  /** Bytes kept of one plan's log, over all its tries; the oldest lines go first. @default 256 MiB */
  bytesMax?: number;
}

/**
 * Logs as files, some for each plan; nothing is kept in memory beyond one turn of the event loop. Lines that cannot be
 * written, as on a full disk, are missing, and the log says so as soon as it can: work does not end of its log. Lines that
 * went because the log was full are missing too, and its reader is told.
 */
export function fileLogs(folder: string, { bytesMax = 256 * 1024 ** 2 }: FileLogsOptions = {}): Logs {
  const pieces = logPieces(folder, bytesMax);
  const pending = new Map<string, string[]>();
  const news = bell();
  let closed = false;
  let scheduled = false;
  /** How often something was written: what comes while a file is read must not be slept over. */
  let writes = 0;
  const missing = new Map<string, { lines: number; why: string }>();
  const write = (planId: string, lines: readonly string[]) => {
    const before = missing.get(planId);
    const note = before === undefined ? [] : [`[${before.lines} lines could not be written: ${before.why}]`];
    try {
      pieces.append(planId, `${[...note, ...lines].join('\n')}\n`);
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
      let piece = 0;
      let position = 0;
      let rest = Buffer.alloc(0);
      while (true) {
        const known = writes;
        const { first = 0, last = 0 } = pieces.span(planId) ?? {};
        if (piece < first) {
          yield `[older lines are gone: a log keeps its last ${sizeText(bytesMax)}]`;
          [piece, position, rest] = [first, 0, Buffer.alloc(0)];
        }
        const chunk = await chunkAt(pieces.file(planId, piece), position);
        position += chunk.length;
        rest = Buffer.concat([rest, chunk]);
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          yield rest.subarray(0, end).toString();
          rest = rest.subarray(end + 1);
        }
        if (chunk.length > 0) continue;
        if (piece < last) {
          [piece, position] = [piece + 1, 0];
          continue;
        }
        if (!follow || closed || signal?.aborted) return;
        if (writes === known) await news.next(signal);
      }
    },
    async sizes() {
      flush();
      return pieces.sizes();
    },
    async remove(planId) {
      pending.delete(planId);
      missing.delete(planId);
      pieces.remove(planId);
    },
    close() {
      closed = true;
      flush();
      return Promise.resolve();
    },
  };
}

function sizeText(bytes: number): string {
  const mebibyte = 1024 ** 2;
  return bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${bytes} bytes`;
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
