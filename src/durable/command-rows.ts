/**
 * Where the keys of commands are stored: in the row of the commit that applied them, so that a command adds no row to a
 * batch. The rows of commits are a ring. A commit that replaces an older one takes over those of its keys that are still
 * kept, a few at most; the others get rows of their own then.
 */
import type { Operation } from '../ports/store.ts';
import { key } from './keys.ts';

/** The command's number, counted from 1, its key, and when it was applied, in milliseconds since the epoch. */
export type CommandRow = [number: number, name: string, at: number];

/** A stored key, and the commit in whose row it is; absent for one that has its own row. */
export interface StoredCommand {
  row: CommandRow;
  commit?: number;
}

interface CommandRowsOptions {
  write: (operation: Operation) => void;
  /** Called when the next commit has a key to store. */
  onAdded: () => void;
  /** Number of rows of commits. With one row, each key has its own. */
  slots: number;
}

/** So many keys of an older commit stand in the row of a commit. */
const inheritedMax = 8;

const none: readonly CommandRow[] = [];

export class CommandRows {
  readonly #options: CommandRowsOptions;
  /** Those of the next commit. */
  #added: CommandRow[] = [];
  readonly #bySlot = new Map<number, CommandRow[]>();
  /** Numbers of those with a row of their own. */
  readonly #own = new Set<number>();

  constructor(options: CommandRowsOptions) {
    this.#options = options;
  }

  /** Whether the next commit has keys to store. */
  get hasAdded(): boolean {
    return this.#added.length > 0;
  }

  load({ row, commit }: StoredCommand): void {
    if (commit === undefined) this.#own.add(row[0]);
    else this.#inSlot(commit).push(row);
  }

  add(row: CommandRow): void {
    if (this.#options.slots === 1) {
      this.#writeOwn(row);
      return;
    }
    this.#added.push(row);
    this.#options.onAdded();
  }

  /** To be called for a key that is no longer kept. One in the row of a commit goes when that is replaced. */
  remove([number]: CommandRow): void {
    if (this.#own.delete(number)) this.#options.write({ type: 'del', key: key.command(number) });
  }

  /** Returns the keys that belong in the row of a commit, which replaces another; undefined for none. */
  collect(commit: number, isKept: (row: CommandRow) => boolean): CommandRow[] | undefined {
    if (this.#added.length === 0 && this.#bySlot.size === 0) return undefined;
    const slot = commit % this.#options.slots;
    const inherited = this.#bySlot.get(slot)?.filter(isKept) ?? none;
    const added = this.#added;
    this.#added = [];
    for (let at = 0; at < inherited.length - inheritedMax; at++) this.#writeOwn(inherited[at] as CommandRow);
    const rows = inherited.length === 0 ? added : [...inherited.slice(-inheritedMax), ...added];
    if (rows.length > 0) this.#bySlot.set(slot, rows);
    else this.#bySlot.delete(slot);
    return rows.length > 0 ? rows : undefined;
  }

  #writeOwn(row: CommandRow): void {
    this.#own.add(row[0]);
    this.#options.write({ type: 'put', key: key.command(row[0]), value: row });
  }

  #inSlot(commit: number): CommandRow[] {
    const slot = commit % this.#options.slots;
    const rows = this.#bySlot.get(slot) ?? [];
    this.#bySlot.set(slot, rows);
    return rows;
  }
}
