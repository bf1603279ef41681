/**
 * The tree that holds archived pins: a tree for each period, which contains every pinned object once, named by its id, and the
 * file `pins` with one line for each pin: `<mode> <id> <name>`. So the trees that git walks are few, however many pins there are.
 *
 * The period is the beginning of a pin's group, the second part of its name (its plan), so that archiving rewrites few trees.
 */

import { ascending } from '../../../model/text-order.ts';
import type { ObjectDatabase } from '../../merge/tree/objects.ts';
import { directoryMode } from '../../merge/tree/objects.ts';
import { type EntryEdit, editSubtrees, type PinEntry } from './edit-subtrees.ts';

/** A change of one pin. */
export interface PinEdit {
  name: string;
  /** null removes the pin. */
  entry: PinEntry | null;
}

type Pins = Map<string, PinEntry>;

/** Characters of a group that name its period: nine hours, when the group is a ULID. */
const periodLength = 5;
const pinsFile = 'pins';
const fileMode = '100644';

/** Returns the period of a pin, as the name of an entry; null for a name without a group. */
export function periodOf(pin: string): string | null {
  const group = pin.split('/')[1];
  return group === undefined ? null : encodeURIComponent(group.slice(0, periodLength));
}

/** Returns all pins below the tree. */
export async function readArchive(database: ObjectDatabase, archive: string): Promise<{ name: string; oid: string }[]> {
  const periods = await database.entries(archive);
  const pins = await Promise.all(periods.map(period => readPeriod(database, period.oid)));
  return pins.flatMap(period => [...period].map(([name, { oid }]) => ({ name, oid })));
}

/** Returns those of the pins that are below the tree, with their objects. */
export async function findPins(
  database: ObjectDatabase,
  archive: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const periods = new Map((await database.entries(archive)).map(({ name, oid }) => [name, oid]));
  const read = new Map<string, Promise<Pins>>();
  const found = new Map<string, string>();
  for (const name of names) {
    const tree = periods.get(periodOf(name) ?? '');
    if (tree === undefined) continue;
    const reading = read.get(tree) ?? readPeriod(database, tree);
    read.set(tree, reading);
    const pin = (await reading).get(name);
    if (pin !== undefined) found.set(name, pin.oid);
  }
  return found;
}

/** Returns the changed tree, null when nothing is left of it. `like` is any id of the repository. */
export async function editArchive(
  database: ObjectDatabase,
  archive: string | null,
  edits: readonly PinEdit[],
  like: string,
): Promise<string | null> {
  const trees = new Map((archive === null ? [] : await database.entries(archive)).map(({ name, oid }) => [name, oid]));
  const changed: EntryEdit[] = [];
  const periods = new Map<string, Pins>();
  for (const { name, entry } of edits) {
    const period = periodOf(name) ?? '';
    const tree = trees.get(period);
    const pins = periods.get(period) ?? (tree === undefined ? new Map() : await readPeriod(database, tree));
    periods.set(period, pins);
    if (entry === null) pins.delete(name);
    else pins.set(name, entry);
  }
  for (const [period, pins] of periods) {
    const oid = await writePeriod(database, pins, like);
    changed.push({ path: [period], entry: oid === null ? null : { mode: directoryMode, oid } });
  }
  return editSubtrees(database, archive, changed, like);
}

async function readPeriod(database: ObjectDatabase, tree: string): Promise<Pins> {
  const file = (await database.entries(tree)).find(({ name }) => name === pinsFile);
  const text = file === undefined ? '' : (await database.content(file.oid)).toString();
  const lines = text.split('\n').filter(line => line !== '');
  return new Map(
    lines.map(line => {
      // A name of a ref has no spaces.
      const [mode = '', oid = '', name = ''] = line.split(' ');
      return [name, { mode, oid }];
    }),
  );
}

async function writePeriod(database: ObjectDatabase, pins: Pins, like: string): Promise<string | null> {
  if (pins.size === 0) return null;
  const inOrder = [...pins].sort(ascending(([key]) => key));
  const text = inOrder.map(([name, { mode, oid }]) => `${mode} ${oid} ${name}\n`).join('');
  const file = { name: pinsFile, mode: fileMode, oid: await database.write('blob', Buffer.from(text), like) };
  const objects = new Map(inOrder.map(([, { mode, oid }]) => [oid, { name: oid, mode, oid }]));
  return database.writeTree([...objects.values(), file], like);
}
