/**
 * Reads the progress of applies from git's ref files, because it is needed at each step of every plan. Reads loose
 * refs before packed ones: git packs a ref before it removes its file.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appliedHash, openAppliedMarkers } from './applied-markers.ts';
import { ownRefs } from './pins.ts';
import { type ProjectRepository, readLine } from './repository.ts';

export interface ApplyState {
  /** Equal when no apply made progress. */
  markers: string;
  /** An apply is moving files, or was when its process crashed. */
  inProgress: boolean;
}

/** A ref, with its id if it may still change. */
type MarkerRef = [name: string, oid: string];

const applyRefs = `${ownRefs}apply/`;

export function openApplyMarkers({ commonDir, objects, database }: ProjectRepository): () => Promise<ApplyState> {
  const applied = openAppliedMarkers(database);
  const packed = openPacked(join(commonDir, 'packed-refs'));
  const listed = async () => {
    const words = ['for-each-ref', '--format=%(objectname) %(refname)', applyRefs];
    return parseMarkers((await objects.run(words)).stdout.toString());
  };
  return async () => {
    // When refs are not stored as files, asks git.
    const loose = existsSync(join(commonDir, 'reftable')) ? await listed() : await looseIn(commonDir);
    const found = new Map([...(await packed()), ...loose]);
    // After the refs: a marker is added there before its ref is deleted.
    const moved = await applied();
    let done = sumOf(moved.keys());
    const lines: string[] = [];
    for (const [name, oid] of found) {
      const hash = appliedHash(name.slice(ownRefs.length));
      if (hash === null) lines.push(found.has(`${dirname(name)}/done`) ? name : `${name} ${oid}`);
      else if (!moved.has(hash)) done += sumOf([hash]);
    }
    if (done > 0n) lines.push(`done ${done.toString(16)}`);
    return {
      markers: lines.sort().join('\n'),
      inProgress: lines.some(line => /\/moving(?: |$)/.test(line)),
    };
  };
}

/** Differs when one hash is added, in any order, whether its marker was moved or not. */
function sumOf(hashes: Iterable<string>): bigint {
  let sum = 0n;
  for (const hash of hashes) sum += BigInt(`0x${hash}`);
  return sum;
}

async function looseIn(commonDir: string): Promise<MarkerRef[]> {
  const found = (await namesIn(join(commonDir, applyRefs))).map(async marker => {
    const names = (await namesIn(join(commonDir, applyRefs, marker))).filter(name => !name.endsWith('.lock'));
    const isDone = names.includes('done');
    const markers = names.map(async (name): Promise<MarkerRef> => {
      const ref = `${applyRefs}${marker}/${name}`;
      return [ref, isDone ? '' : `${await readLine(join(commonDir, ref))}`];
    });
    return Promise.all(markers);
  });
  return (await Promise.all(found)).flat();
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Returns the markers among the packed refs. git replaces that file instead of changing it: then it is read again. */
function openPacked(file: string): () => Promise<MarkerRef[]> {
  let known: { version: string; markers: MarkerRef[] } = { version: '', markers: [] };
  return async () => {
    const found = await stat(file, { bigint: true }).catch(() => null);
    const version = `${found?.ino} ${found?.size} ${found?.mtimeNs}`;
    if (version !== known.version) known = { version, markers: parseMarkers((await readLine(file)) ?? '') };
    return known.markers;
  };
}

/** Parses lines with an id and a name. */
function parseMarkers(text: string): MarkerRef[] {
  const lines = text.split('\n').map(line => line.split(' '));
  return lines.flatMap(([oid = '', name]): MarkerRef[] => (name?.startsWith(applyRefs) ? [[name, oid]] : []));
}
