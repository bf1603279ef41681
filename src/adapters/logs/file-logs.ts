import { open } from 'node:fs/promises';
import type { LogLine } from '../../model/log-line.ts';
import type { LogReader, Logs } from '../../ports/logs.ts';
import { createSignal } from '../signal.ts';
import { formatLogLine, parseLogLine } from './log-line-format.ts';
import { type LogSegments, openLogSegments } from './log-segments.ts';
import { createLogTimestamps } from './log-timestamps.ts';

const chunkBytes = 64 * 1024;

export interface FileLogsOptions {
  /** Maximum size of one plan's log, over all attempts, in bytes; the oldest lines are removed first. @default 256 MiB */
  bytesMax?: number;
  /** Milliseconds since the epoch. @default the system time */
  now?: () => number;
}

/**
 * Logs in files, several per plan; memory holds only the lines of one tick. Lines that cannot be written, as on a
 * full disk, are lost, and the log says so as soon as it can, because a failing log must not stop the work. Lines
 * removed because the log was full are also reported to its reader.
 */
export function fileLogs(
  folder: string,
  { bytesMax = 256 * 1024 ** 2, now = () => Date.now() }: FileLogsOptions = {},
): Logs {
  const pieces = openLogSegments(folder, bytesMax);
  const added = createSignal();
  const writer = createLineWriter(pieces, { stamp: createLogTimestamps(now), written: added.notify });
  let closed = false;
  return {
    append(planId, step, text) {
      if (!closed) writer.add(planId, step, text);
    },
    open(planId) {
      writer.flushScheduled();
      return pieceReader({ pieces, planId, writes: () => writer.writes(planId), size: sizeText(bytesMax) });
    },
    async tail(planId, most) {
      writer.flushScheduled();
      return lastLines(pieces, planId, most);
    },
    latestAt: writer.latestAt,
    async waitForLines(signal) {
      if (closed) return;
      await added.wait(signal);
    },
    isClosed: () => closed,
    async sizes() {
      writer.flush();
      return pieces.sizes();
    },
    async remove(planId) {
      writer.forget(planId);
      pieces.remove(planId);
    },
    close() {
      writer.flush();
      closed = true;
      added.notify();
      return Promise.resolve();
    },
  };
}

interface LineWriter {
  /** Adds lines, which are written at the end of this tick. */
  add(planId: string, step: string, text: string): void;
  flush(): void;
  /** Writes what waits for the end of this tick. */
  flushScheduled(): void;
  /** Number of writes of a plan: a log without new writes is not opened again. */
  writes(planId: string): number;
  /** Time of the last line that is written. */
  latestAt(): string;
  forget(planId: string): void;
}

/** Writes the lines of one tick together, and says which could not be written as soon as it can. */
function createLineWriter(
  pieces: LogSegments,
  { stamp, written }: { stamp: () => string; written: () => void },
): LineWriter {
  const pending = new Map<string, string[]>();
  const missing = new Map<string, { lines: number; why: string }>();
  const writesOf = new Map<string, number>();
  let last = stamp();
  let reached = last;
  let scheduled = false;
  const line = (step: string, text: string) => {
    last = stamp();
    return formatLogLine({ at: last, step, text });
  };
  const write = (planId: string, lines: readonly string[]) => {
    const before = missing.get(planId);
    const note =
      before === undefined ? [] : [line('troupe', `[${before.lines} lines could not be written: ${before.why}]`)];
    try {
      pieces.append(planId, `${[...note, ...lines].join('\n')}\n`);
      missing.delete(planId);
    } catch (thrown) {
      missing.set(planId, { lines: (before?.lines ?? 0) + lines.length, why: (thrown as Error).message });
    }
    writesOf.set(planId, (writesOf.get(planId) ?? 0) + 1);
  };
  const flush = () => {
    scheduled = false;
    for (const [planId, lines] of pending) write(planId, lines);
    pending.clear();
    reached = last;
    written();
  };
  return {
    add(planId, step, text) {
      const lines = pending.get(planId) ?? [];
      pending.set(planId, lines);
      for (const each of text.split('\n')) lines.push(line(step, each));
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
    flush,
    flushScheduled() {
      if (scheduled) flush();
    },
    writes: planId => writesOf.get(planId) ?? 0,
    latestAt: () => reached,
    forget(planId) {
      pending.delete(planId);
      missing.delete(planId);
    },
  };
}

/** Returns the last lines of a log; its end is read, not all of it. */
async function lastLines(pieces: LogSegments, planId: string, most: number): Promise<LogLine[]> {
  const lines: string[] = [];
  const { first, last } = pieces.span(planId) ?? { first: 0, last: -1 };
  for (let piece = last; piece >= first && lines.length < most; piece--) {
    const file = pieces.file(planId, piece);
    const from = Math.max(0, pieces.bytes(planId, piece) - chunkBytes);
    const text = (await chunkAt(file, from)).toString().trimEnd();
    // Skips the partial line at the start.
    lines.unshift(...text.split('\n').slice(from > 0 ? 1 : 0));
  }
  return lines.slice(-most).map(each => parseLogLine(planId, each));
}

/** Reads the lines of one log over all its segments, as far as they are written. */
function pieceReader({
  pieces,
  planId,
  writes,
  size,
}: {
  pieces: LogSegments;
  planId: string;
  writes(): number;
  size: string;
}): LogReader {
  let [piece, position, at] = [0, 0, ''];
  let rest = Buffer.alloc(0);
  /** Number of writes when nothing was left to read: until it grows, no file is opened. */
  let dry = -1;
  const parsed = (line: string) => {
    const found = parseLogLine(planId, line);
    at = found.at || at;
    return { ...found, at };
  };
  return {
    async next() {
      while (true) {
        const end = rest.indexOf(10);
        if (end >= 0) {
          const line = rest.subarray(0, end).toString();
          rest = rest.subarray(end + 1);
          return parsed(line);
        }
        const known = writes();
        if (known === dry) return null;
        const { first = 0, last = 0 } = pieces.span(planId) ?? {};
        if (piece < first) {
          [piece, position, rest] = [first, 0, Buffer.alloc(0)];
          return { planId, at, step: 'troupe', text: `[older lines are gone: a log keeps its last ${size}]` };
        }
        const chunk = await chunkAt(pieces.file(planId, piece), position);
        position += chunk.length;
        rest = Buffer.concat([rest, chunk]);
        if (chunk.length > 0) continue;
        if (piece < last) [piece, position] = [piece + 1, 0];
        else dry = known;
      }
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
