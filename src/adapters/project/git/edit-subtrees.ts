import type { ObjectDatabase, TreeEntry } from '../../merge/tree/objects.ts';
import { directoryMode } from '../../merge/tree/objects.ts';

/** What protects a pinned object, in a tree. */
export type PinEntry = Pick<TreeEntry, 'mode' | 'oid'>;

/** A change of one entry below a tree. */
export interface EntryEdit {
  path: string[];
  /** null removes the entry, and trees that are empty then. */
  entry: PinEntry | null;
}

/** Returns the changed tree, null when nothing is left of it. `like` is any id of the repository. */
export async function editSubtrees(
  database: ObjectDatabase,
  tree: string | null,
  edits: readonly EntryEdit[],
  like: string,
): Promise<string | null> {
  const editFolder = async (folder: string | null, inside: readonly EntryEdit[]): Promise<PinEntry | null> => {
    const oid = await editSubtrees(database, folder, inside, like);
    return oid === null ? null : { mode: directoryMode, oid };
  };
  const entries = new Map((tree === null ? [] : await database.entries(tree)).map(entry => [entry.name, entry]));
  const below = new Map<string, EntryEdit[]>();
  for (const { path, entry } of edits) {
    const [head = '', ...rest] = path;
    const others = below.get(head) ?? [];
    others.push({ path: rest, entry });
    below.set(head, others);
  }
  for (const [name, inside] of below) {
    const leaf = inside.find(({ path }) => path.length === 0);
    const entry = leaf ? leaf.entry : await editFolder(entries.get(name)?.oid ?? null, inside);
    if (entry === null) entries.delete(name);
    else entries.set(name, { name, ...entry });
  }
  return entries.size === 0 ? null : database.writeTree([...entries.values()], like);
}
