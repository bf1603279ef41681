/**
 * Objects read from the files of a repository: for a few of them a process of git takes longer than all the rest of a merge.
 *
 * 1. Nothing is guessed: an object is given only if its bytes have the id that was asked for.
 * 2. null where it is not found in a simple way, and git is to be asked: an object that is large, borrowed from another repository, in
 *    a file of an unknown version, or not there.
 * 3. Packs are listed once: this is for one merge, not for the life of a process.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { applyPackDelta } from './pack-delta.ts';

export interface ReadObject {
  type: string;
  content: Buffer;
}

/** Start of the table in a pack's index, and end of its fan-out table (gitformat-pack, version 2). */
const indexHead = 8;
const fanoutEnd = indexHead + 256 * 4;
const version2 = 'ff744f6300000002';
/** Larger ones are read by git, which need not hold them several times. */
const bytesMax = 2_000_000;
/** git's default limit is 50. */
const chainMax = 250;
/** An object of a pack starts with its type and size in a few bytes; a delta continues with an id or an offset. */
const headMax = 64;
const [offsetDelta, referenceDelta] = [6, 7];
const types: Record<number, string> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };

export class ObjectFiles {
  private readonly directory: string;
  private readonly files = new Map<string, number>();
  /** Of each index its table of counts. */
  private readonly heads = new Map<string, Buffer>();
  private packs: string[] | null = null;

  constructor(objectsDirectory: string) {
    this.directory = objectsDirectory;
  }

  read(oid: string): ReadObject | null {
    try {
      const found = this.loose(oid) ?? this.packed(oid);
      return found !== null && idOf(found, oid) === oid ? found : null;
    } catch {
      // Whatever is odd about these files, git knows what to say of it.
      return null;
    }
  }

  /** The tree of a commit, or the tree itself. */
  rootTree(oid: string): string | null {
    const found = this.read(oid);
    if (found?.type === 'tree') return oid;
    if (found?.type !== 'commit') return null;
    return /^tree ([0-9a-f]+)\n/.exec(found.content.toString('latin1', 0, oid.length + 6))?.[1] ?? null;
  }

  close(): void {
    for (const file of this.files.values()) closeSync(file);
    this.files.clear();
  }

  private loose(oid: string): ReadObject | null {
    const path = join(this.directory, oid.slice(0, 2), oid.slice(2));
    // Most are in packs, and an error costs more than a question.
    if (!existsSync(path)) return null;
    const whole = inflateSync(readFileSync(path), { maxOutputLength: bytesMax });
    const end = whole.indexOf(0);
    const [type = ''] = whole.toString('latin1', 0, end).split(' ');
    return { type, content: whole.subarray(end + 1) };
  }

  private packed(oid: string): ReadObject | null {
    for (const pack of this.packNames()) {
      const offset = this.offsetOf(`${pack}.idx`, oid);
      if (offset !== null) return this.objectAt(`${pack}.pack`, offset, oid.length / 2, chainMax);
    }
    return null;
  }

  private packNames(): string[] {
    const folder = join(this.directory, 'pack');
    this.packs ??= readdirSync(folder).flatMap(name => (name.endsWith('.idx') ? join(folder, name.slice(0, -4)) : []));
    return this.packs;
  }

  /** Returns the offset of an object in the pack of an index; null when it is not in it, or beyond 2 GB. */
  private offsetOf(index: string, oid: string): number | null {
    const head = this.heads.get(index) ?? this.bytes(index, 0, fanoutEnd);
    this.heads.set(index, head);
    if (head.toString('hex', 0, indexHead) !== version2) return null;
    const hashLength = oid.length / 2;
    const first = Number.parseInt(oid.slice(0, 2), 16);
    const upTo = (byte: number) => (byte < 0 ? 0 : head.readUInt32BE(indexHead + byte * 4));
    const [from, to, count] = [upTo(first - 1), upTo(first), upTo(255)];
    const names = this.bytes(index, fanoutEnd + from * hashLength, (to - from) * hashLength);
    const wanted = Buffer.from(oid, 'hex');
    for (let low = 0, high = to - from; low < high; ) {
      const middle = (low + high) >> 1;
      const order = names.compare(wanted, 0, hashLength, middle * hashLength, (middle + 1) * hashLength);
      if (order === 0) {
        const offset = this.bytes(index, fanoutEnd + count * (hashLength + 4) + (from + middle) * 4, 4).readUInt32BE(0);
        return offset < 2 ** 31 ? offset : null;
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return null;
  }

  /** An object of a pack, in full or as the difference to another one. @param hashLength in bytes */
  private objectAt(pack: string, offset: number, hashLength: number, chain: number): ReadObject | null {
    const head = this.bytes(pack, offset, headMax);
    const kind = ((head[0] ?? 0) >> 4) & 7;
    const [size, sizeEnd] = readSize(head);
    if (size > bytesMax || chain === 0) return null;
    const type = types[kind];
    if (type !== undefined) return { type, content: this.inflated(pack, offset + sizeEnd, size) };
    if (kind === referenceDelta) {
      const dataAt = sizeEnd + hashLength;
      const base = this.read(head.toString('hex', sizeEnd, dataAt));
      return this.patched(base, pack, offset + dataAt, size);
    }
    if (kind !== offsetDelta) return null;
    const [distance, dataAt] = readDistance(head, sizeEnd);
    const base = this.objectAt(pack, offset - distance, hashLength, chain - 1);
    return this.patched(base, pack, offset + dataAt, size);
  }

  private patched(base: ReadObject | null, pack: string, at: number, size: number): ReadObject | null {
    if (base === null) return null;
    const content = applyPackDelta(base.content, this.inflated(pack, at, size), bytesMax);
    return content === null ? null : { type: base.type, content };
  }

  /** What was deflated to no more than a little over its own size; what follows in the file is ignored. */
  private inflated(pack: string, at: number, size: number): Buffer {
    const deflatedMax = size + (size >> 8) + headMax;
    // One piece, where the default would be several times what most objects are.
    const most = { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) };
    return inflateSync(this.bytes(pack, at, deflatedMax), most);
  }

  private bytes(path: string, at: number, length: number): Buffer {
    const file = this.files.get(path) ?? openSync(path, 'r');
    this.files.set(path, file);
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, at));
  }
}

/** Four bits beside the type, then seven bits a byte, lowest first; and where it ends. */
function readSize(head: Buffer): [size: number, end: number] {
  let size = (head[0] ?? 0) & 15;
  let at = 0;
  for (let unit = 16; (head[at] ?? 0) & 0x80; unit *= 128) size += ((head[++at] ?? 0) & 127) * unit;
  return [size, at + 1];
}

/**
 * Returns how far before a delta its base starts (seven bits per byte, highest first, each further byte adding one),
 * and the end of that number.
 */
function readDistance(head: Buffer, from: number): [distance: number, end: number] {
  let at = from;
  let distance = (head[at] ?? 0) & 127;
  while ((head[at] ?? 0) & 0x80) distance = (distance + 1) * 128 + ((head[++at] ?? 0) & 127);
  return [distance, at + 1];
}

function idOf({ type, content }: ReadObject, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`${type} ${content.length}\0`).update(content).digest('hex');
}
