/** The tree of a commit, read from the files of a repository: a process of git for it takes longer than many a merge. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateSync } from 'node:zlib';

/** Where the table of a pack's index begins, and its tables of counts end (gitformat-pack, version 2). */
const indexHead = 8;
const fanoutEnd = indexHead + 256 * 4;
const version2 = 'ff744f6300000002';
/** A commit says its tree in its first line. */
const enough = 4096;
const [packedCommit, packedTree] = [1, 2];

/**
 * null where it is not found in a simple way, and git is to be asked: a commit that is a delta of another one, objects borrowed
 * from another repository, no such object.
 */
export function readRootTree(objects: string, oid: string): string | null {
  try {
    return looseTree(objects, oid) ?? packedTreeIn(join(objects, 'pack'), oid);
  } catch {
    // Whatever is odd about these files, git knows what to say of it.
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

/** Where an object begins in the pack of an index; null where it is not in it, or further than 2 GB in. */
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

/** An object of a pack: its type and its size, seven bits a byte, then its content. */
function treeAt(bytes: Buffer, oid: string): string | null {
  const type = ((bytes[0] ?? 0) >> 4) & 7;
  if (type === packedTree) return oid;
  if (type !== packedCommit) return null;
  let at = 0;
  while ((bytes[at] ?? 0) & 0x80) at++;
  return treeIn(begun(bytes.subarray(at + 1)), oid);
}

/** The beginning of what was deflated; the rest of it may be missing. */
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
