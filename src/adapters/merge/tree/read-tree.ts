/** Reads the tree of a commit from the files of a repository, because starting git takes longer than many merges. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateSync } from 'node:zlib';

/** Start of the table in a pack's index, and end of its fan-out table (gitformat-pack, version 2). */
const indexHead = 8;
const fanoutEnd = indexHead + 256 * 4;
const version2 = 'ff744f6300000002';
/** A commit names its tree in its first line. */
const enough = 4096;
const [packedCommit, packedTree] = [1, 2];

/**
 * null when there is no simple way and git must be asked: a commit stored as a delta, objects of an alternate
 * repository, no such object.
 */
export function readRootTree(objects: string, oid: string): string | null {
  try {
    return looseTree(objects, oid) ?? packedTreeIn(join(objects, 'pack'), oid);
  } catch {
    // git reports whatever is unusual about these files.
    return null;
  }
}

function looseTree(objects: string, oid: string): string | null {
  const content = readIfThere(join(objects, oid.slice(0, 2), oid.slice(2)));
  if (content === null) return null;
  const text = begun(content);
  return text.startsWith('tree ') ? oid : treeIn(text.slice(text.indexOf('\0') + 1), oid);
}

function packedTreeIn(folder: string, oid: string): string | null {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.idx')) continue;
    const offset = within(join(folder, name), read => offsetOf(read, oid));
    if (offset === null) continue;
    return within(join(folder, `${name.slice(0, -'.idx'.length)}.pack`), read => treeAt(read(offset, enough), oid));
  }
  return null;
}

type Read = (at: number, length: number) => Buffer;

/** Returns the offset of an object in the pack of an index; null when it is not in it, or beyond 2 GB. */
function offsetOf(read: Read, oid: string): number | null {
  const head = read(0, fanoutEnd);
  if (head.toString('hex', 0, indexHead) !== version2) return null;
  const hashLength = oid.length / 2;
  const first = Number.parseInt(oid.slice(0, 2), 16);
  const upTo = (byte: number) => (byte < 0 ? 0 : head.readUInt32BE(indexHead + byte * 4));
  const [from, to, count] = [upTo(first - 1), upTo(first), upTo(255)];
  const names = read(fanoutEnd + from * hashLength, (to - from) * hashLength);
  const wanted = Buffer.from(oid, 'hex');
  for (let low = 0, high = to - from; low < high; ) {
    const middle = (low + high) >> 1;
    const order = names.compare(wanted, 0, hashLength, middle * hashLength, (middle + 1) * hashLength);
    if (order === 0) {
      const offset = read(fanoutEnd + count * (hashLength + 4) + (from + middle) * 4, 4).readUInt32BE(0);
      return offset < 2 ** 31 ? offset : null;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

/** Parses an object of a pack: its type and its size, seven bits per byte, then its content. */
function treeAt(bytes: Buffer, oid: string): string | null {
  const type = ((bytes[0] ?? 0) >> 4) & 7;
  if (type === packedTree) return oid;
  if (type !== packedCommit) return null;
  let at = 0;
  while ((bytes[at] ?? 0) & 0x80) at++;
  return treeIn(begun(bytes.subarray(at + 1)), oid);
}

/** Inflates the start of an object; the rest may be missing. */
function begun(bytes: Buffer): string {
  return inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
}

function treeIn(commit: string, oid: string): string | null {
  const tree = /^tree ([0-9a-f]+)\n/.exec(commit)?.[1];
  return tree?.length === oid.length ? tree : null;
}

function within<Found>(path: string, look: (read: Read) => Found): Found {
  const file = openSync(path, 'r');
  try {
    return look((at, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, at));
    });
  } finally {
    closeSync(file);
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
