/**
 * How far landings came, read from the files git keeps refs in, for it is asked at each step of every plan. Loose refs are read
 * before the packed ones: git packs a ref before it removes its file.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Ground, readLine } from './ground.ts';
import { refsOfOurs } from './pins.ts';

export interface LandingMarks {
  /** Equal when none came further. */
  marks: string;
  /** One is moving files, or was when its process died. */
  underWay: boolean;
}

/** A ref, with its id where it may still change. */
type Mark = [name: string, oid: string];

const landings = `${refsOfOurs}land/`;

export function openLandingMarks({ commonDir, objects }: Ground): () => Promise<LandingMarks> {
  const packed = openPacked(join(commonDir, 'packed-refs'));
  const listed = async () => {
    const words = ['for-each-ref', '--format=%(objectname) %(refname)', landings];
    return marksIn((await objects.answer(words)).stdout.toString());
  };
  return async () => {
    // Where refs are not files it is git that can tell.
    const loose = existsSync(join(commonDir, 'reftable')) ? await listed() : await looseIn(commonDir);
    const found = new Map([...(await packed()), ...loose]);
    const lines = [...found].map(([name, oid]) => (found.has(`${dirname(name)}/done`) ? name : `${name} ${oid}`));
    return { marks: lines.sort().join('\n'), underWay: lines.some(line => /\/moving(?: |$)/.test(line)) };
  };
}

async function looseIn(commonDir: string): Promise<Mark[]> {
  const found = (await namesIn(join(commonDir, landings))).map(async landing => {
    const names = (await namesIn(join(commonDir, landings, landing))).filter(name => !name.endsWith('.lock'));
    const isDone = names.includes('done');
    const marks = names.map(async (name): Promise<Mark> => {
      const ref = `${landings}${landing}/${name}`;
      return [ref, isDone ? '' : `${await readLine(join(commonDir, ref))}`];
    });
    return Promise.all(marks);
  });
  return (await Promise.all(found)).flat();
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Those among the packed refs. git never writes into that file, but puts another in its place: then it is read again. */
function openPacked(file: string): () => Promise<Mark[]> {
  let known: { version: string; marks: Mark[] } = { version: '', marks: [] };
  return async () => {
    const found = await stat(file, { bigint: true }).catch(() => null);
    const version = `${found?.ino} ${found?.size} ${found?.mtimeNs}`;
    if (version !== known.version) known = { version, marks: marksIn((await readLine(file)) ?? '') };
    return known.marks;
  };
}

/** Of lines that give an id and a name. */
function marksIn(text: string): Mark[] {
  const lines = text.split('\n').map(line => line.split(' '));
  return lines.flatMap(([oid = '', name]): Mark[] => (name?.startsWith(landings) ? [[name, oid]] : []));
}
