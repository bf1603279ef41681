/**
 * The log of a plan on disk, in segments: `<plan>.log`, `<plan>.1.log` … Lines are appended to the last segment; when
 * the total exceeds the limit, the first ones are removed, so that the latest lines are always there.
 */
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileMode, folderMode } from '../fs/owner-only.ts';

/** Number of segments of a full log: the share that is removed at a time. */
const segmentsMax = 16;

export interface LogSegments {
  /** Appends complete lines, ended by a newline. */
  append(planId: string, text: string): void;
  /** Returns the numbers of the first and the last segment; null without segments. */
  span(planId: string): { first: number; last: number } | null;
  file(planId: string, piece: number): string;
  bytes(planId: string, piece: number): number;
  /** Returns the bytes of each log, by plan. */
  sizes(): Record<string, number>;
  remove(planId: string): void;
}

interface SegmentInfo {
  first: number;
  /** Bytes of each segment, from the first on. */
  bytes: number[];
}

export function openLogSegments(folder: string, bytesMax: number): LogSegments {
  const pieceBytes = Math.max(1, Math.floor(bytesMax / segmentsMax));
  const known = new Map<string, SegmentInfo>();
  let listed = false;
  const file = (planId: string, piece: number) => join(folder, `${planId}${piece === 0 ? '' : `.${piece}`}.log`);

  /** Lists the segments of an earlier process, once. */
  function list(): void {
    if (listed) return;
    listed = true;
    for (const [planId, { first, last }] of findSegments(folder)) {
      const bytes = Array.from({ length: last - first + 1 }, (_, at) => sizeOf(file(planId, first + at)));
      known.set(planId, { first, bytes });
    }
    const paths = [...known].flatMap(([planId, { first, bytes }]) => bytes.map((_, at) => file(planId, first + at)));
    restrictToOwner(folder, paths);
  }

  function trim(planId: string, pieces: SegmentInfo): void {
    while (pieces.bytes.length > 1 && total(pieces) > bytesMax) {
      rmSync(file(planId, pieces.first), { force: true });
      pieces.bytes.shift();
      pieces.first += 1;
    }
  }

  return {
    file,
    append(planId, text) {
      list();
      const pieces = known.get(planId) ?? { first: 0, bytes: [] };
      const full = (pieces.bytes.at(-1) ?? pieceBytes) >= pieceBytes;
      const at = pieces.bytes.length - (full ? 0 : 1);
      // Created on first use: a read-only store reports its own, better error.
      mkdirSync(folder, { recursive: true, mode: folderMode });
      appendFileSync(file(planId, pieces.first + at), text, { mode: fileMode });
      pieces.bytes[at] = (pieces.bytes[at] ?? 0) + Buffer.byteLength(text);
      known.set(planId, pieces);
      trim(planId, pieces);
    },
    span(planId) {
      list();
      const pieces = known.get(planId);
      return pieces === undefined ? null : { first: pieces.first, last: pieces.first + pieces.bytes.length - 1 };
    },
    bytes(planId, piece) {
      const { first = 0, bytes = [] } = known.get(planId) ?? {};
      return bytes[piece - first] ?? 0;
    },
    sizes() {
      list();
      return Object.fromEntries([...known].map(([planId, pieces]) => [planId, total(pieces)]));
    },
    remove(planId) {
      list();
      const { first = 0, bytes = [] } = known.get(planId) ?? {};
      for (const at of bytes.keys()) rmSync(file(planId, first + at), { force: true });
      known.delete(planId);
    },
  };
}

/** Returns the numbers of the first and the last segment of each plan in the folder. */
function findSegments(folder: string): Map<string, { first: number; last: number }> {
  const found = new Map<string, { first: number; last: number }>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, planId, piece = '0'] = /^([^.]+)(?:\.(\d+))?\.log$/.exec(name) ?? [];
    if (planId === undefined) continue;
    const { first, last } = found.get(planId) ?? { first: Number(piece), last: Number(piece) };
    found.set(planId, { first: Math.min(first, Number(piece)), last: Math.max(last, Number(piece)) });
  }
  return found;
}

/** Segments created under another umask may be readable by others. Those of another user stay unchanged. */
function restrictToOwner(folder: string, paths: readonly string[]): void {
  if (!existsSync(folder)) return;
  try {
    chmodSync(folder, folderMode);
    for (const path of paths) chmodSync(path, fileMode);
  } catch {
    // A read-only log can still be read.
  }
}

function total({ bytes }: SegmentInfo): number {
  return bytes.reduce((sum, each) => sum + each, 0);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
