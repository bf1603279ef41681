/**
 * Reads the progress of applies from git's ref files, because it is needed at each step of every plan. Reads loose
 * refs before packed ones: git packs a ref before it removes its file.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

export function openApplyMarkers({ commonDir, objects }: ProjectRepository): () => Promise<ApplyState> {
  const packed = openPacked(join(commonDir, 'packed-refs'));
  const listed = async () => {
    const words = ['for-each-ref', '--format=%(objectname) %(refname)', applyRefs];
    return parseMarkers((await objects.run(words)).stdout.toString());
  };
  return async () => {
    // When refs are not stored as files, asks git.
    const loose = existsSync(join(commonDir, 'reftable')) ? await listed() : await looseIn(commonDir);
    const found = new Map([...(await packed()), ...loose]);
    const lines = [...found].map(([name, oid]) => (found.has(`${dirname(name)}/done`) ? name : `${name} ${oid}`));
    return { markers: lines.sort().join('\n'), inProgress: lines.some(line => /\/moving(?: |$)/.test(line)) };
  };
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
