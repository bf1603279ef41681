/**
 * Parses git's index as documented (gitformat-index): versions 2 and 3, complete, without unmerged entries. Unknown
 * content is rejected, never guessed.
 */

/** A folder as git last wrote it. */
export interface CachedTree {
  /** Number of files at any depth; null since something in it changed. */
  count: number | null;
  /** Id of its tree object; empty when `count` is null. */
  oid: string;
  children: Map<string, CachedTree>;
}

export interface IndexFile {
  /** Number of files. They are sorted by the bytes of their paths, so the files of a folder are adjacent. */
  count: number;
  /** Bytes as latin1. */
  path(at: number): string;
  /** As in trees, in octal. */
  mode(at: number): string;
  oid(at: number): string;
  root: CachedTree;
}

const signature = 'DIRC';
const headerLength = 12;
const modeOffset = 24;
/** Times, device, inode, mode, owner and size come before the id. */
const statLength = 40;
const flag = { extended: 0x4000, stage: 0x3000, length: 0x0fff };
const intentToAdd = 0x2000;

export const unknownTree: CachedTree = { count: null, oid: '', children: new Map() };

/** @param oidLength in bytes: 20 or 32 */
export function readIndex(bytes: Buffer, oidLength: number): IndexFile | null {
  if (bytes.length < headerLength + oidLength || bytes.toString('latin1', 0, 4) !== signature) return null;
  const version = bytes.readUInt32BE(4);
  // Version 4 shortens paths by their common prefix with the previous one, so that none can be read by itself.
  if (version !== 2 && version !== 3) return null;
  const count = bytes.readUInt32BE(8);
  const starts = new Uint32Array(count);
  const names = new Uint32Array(count);
  let at = headerLength;
  for (let entry = 0; entry < count; entry++) {
    const flags = bytes.readUInt16BE(at + statLength + oidLength);
    if ((flags & flag.stage) !== 0) return null;
    let name = at + statLength + oidLength + 2;
    if ((flags & flag.extended) !== 0) {
      if ((bytes.readUInt16BE(name) & intentToAdd) !== 0) return null;
      name += 2;
    }
    const length = flags & flag.length;
    const end = length < flag.length ? name + length : bytes.indexOf(0, name);
    starts[entry] = at;
    names[entry] = name;
    // One to eight zeros, up to a multiple of eight.
    at += (end - at + 8) & ~7;
  }
  const root = cachedTrees(bytes, at, oidLength);
  if (root === null) return null;
  const start = (entry: number) => starts[entry] as number;
  const name = (entry: number) => names[entry] as number;
  return {
    count,
    path: entry => bytes.toString('latin1', name(entry), bytes.indexOf(0, name(entry))),
    mode: entry => bytes.readUInt32BE(start(entry) + modeOffset).toString(8),
    oid: entry => bytes.toString('hex', start(entry) + statLength, start(entry) + statLength + oidLength),
    root,
  };
}

/**
 * Finds the cache tree among the extensions; null when there is a required extension, which may change the meaning of
 * the entries.
 */
function cachedTrees(bytes: Buffer, from: number, oidLength: number): CachedTree | null {
  let root = unknownTree;
  for (let at = from; at + 8 <= bytes.length - oidLength; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32BE(at + 4);
    if (!/^[A-Z]/.test(name)) return null;
    if (name === 'TREE' && length > 0) root = readTrees(bytes, at + 8, oidLength);
    at += 8 + length;
  }
  return root;
}

function readTrees(bytes: Buffer, from: number, oidLength: number): CachedTree {
  let at = from;
  const until = (byte: number) => {
    const end = bytes.indexOf(byte, at);
    const text = bytes.toString('latin1', at, end);
    at = end + 1;
    return text;
  };
  const next = (): [string, CachedTree] => {
    const name = until(0);
    const count = Number(until(32));
    const below = Number(until(10));
    const valid = count >= 0;
    const oid = valid ? bytes.toString('hex', at, at + oidLength) : '';
    if (valid) at += oidLength;
    const children = new Map(Array.from({ length: below }, next));
    return [name, { count: valid ? count : null, oid, children }];
  };
  return next()[1];
}
