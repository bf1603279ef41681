/**
 * Applies commands exactly once per key. The key is stored in the same batch as the changes of the command, so
 * either both are on disk or neither. Keys are kept, in memory and in the store, as long as the declared retention says; a
 * command removes at most `removedAtOnce` that are older, so that none pays for all that expired meanwhile.
 */
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import { assertCommandKey } from './call-arguments.ts';
import { type CommandRow, CommandRows, type StoredCommand } from './command-rows.ts';
import { Queue } from './queue.ts';

/**
 * How long the key of a command is kept. Within that time a command with the same key is a duplicate; afterwards it is
 * applied again.
 * - `count`: until this many newer commands were applied, at least 1
 * - `days`: for this many days of 24 hours; fractions are allowed
 * - `'forever'`: each key costs a row, and memory while the system is open
 */
export type CommandRetention = { count: number } | { days: number } | 'forever';

interface CommandsOptions {
  write: (operation: Operation) => void;
  /** Called when the next commit has a key to store. */
  onAdded: () => void;
  /** Number of rows of commits. */
  slots: number;
  barrier: () => Promise<void>;
  clock: Pick<Clock, 'now'>;
  /** @default defaultRetention */
  keep?: CommandRetention | undefined;
}

const defaultRetention: CommandRetention = { count: 4096 };
const removedAtOnce = 100;
const dayMs = 24 * 60 * 60 * 1000;

export class Commands {
  readonly #options: CommandsOptions;
  readonly #isExpired: (command: CommandRow) => boolean;
  readonly #rows: CommandRows;
  /** By key. */
  readonly #applied = new Map<string, CommandRow>();
  /** Oldest first. A map in this order would step over all that it has lost at each look at the oldest. */
  readonly #byAge = new Queue<CommandRow>();
  readonly #running = new Map<string, Promise<void>>();
  #count = 0;
  #events = 0;

  /** @throws {TypeError} for an invalid retention */
  constructor(options: CommandsOptions) {
    this.#options = options;
    const { keep = defaultRetention } = options;
    this.#isExpired = this.#expiryOf(keep);
    this.#rows = new CommandRows(options);
  }

  /** Loads the keys of earlier processes, oldest first. */
  load(commands: readonly StoredCommand[]): void {
    for (const command of commands) {
      const [number, name] = command.row;
      this.#count = Math.max(this.#count, number);
      this.#rows.load(command);
      // The row of an old commit may have the same key, which had expired: the newer one counts.
      this.#applied.set(name, command.row);
      this.#byAge.push(command.row);
    }
  }

  /** Whether the next commit has keys to store. */
  get hasAdded(): boolean {
    return this.#rows.hasAdded;
  }

  /** Returns the keys that belong in the row of a commit; undefined for none. */
  collect(commit: number): CommandRow[] | undefined {
    return this.#rows.collect(commit, row => this.#applied.get(row[1]) === row && !this.#isExpired(row));
  }

  /** To be called for each event that an actor receives: a `send` that fails has been applied if it sent one. */
  eventSent(): void {
    this.#events++;
  }

  /**
   * @throws {TypeError} for a `send` that is async or returns a promise: what it sends after its first await would not
   * be part of the command; for a key that is no string, or empty
   */
  async apply<Root>(name: string, send: (root: Root) => unknown, root: Root): Promise<{ duplicate: boolean }> {
    assertCommandKey(name);
    if (isAsync(send)) throw asyncError(name);
    const earlier = this.#applied.get(name);
    if (earlier !== undefined && !this.#isExpired(earlier)) {
      await this.#running.get(name);
      return { duplicate: true };
    }
    const eventsBefore = this.#events;
    const failure = run(name, send, root);
    if (failure !== undefined && this.#events === eventsBefore) throw failure.error;
    this.#remember(name);
    const committed = this.#options.barrier();
    this.#running.set(name, committed);
    try {
      await committed;
    } finally {
      // The key may have expired and been used again meanwhile.
      if (this.#running.get(name) === committed) this.#running.delete(name);
    }
    if (failure !== undefined) throw failure.error;
    return { duplicate: false };
  }

  #remember(name: string): void {
    this.#forget(name);
    const row: CommandRow = [++this.#count, name, this.#options.clock.now()];
    this.#applied.set(name, row);
    this.#byAge.push(row);
    this.#rows.add(row);
    this.#removeExpired();
  }

  #removeExpired(): void {
    let removed = 0;
    for (let oldest = this.#byAge.first; oldest !== undefined; oldest = this.#byAge.first) {
      const isForgotten = this.#applied.get(oldest[1]) !== oldest;
      if (!isForgotten && (removed === removedAtOnce || !this.#isExpired(oldest))) return;
      this.#byAge.shift();
      if (isForgotten) continue;
      this.#forget(oldest[1]);
      removed++;
    }
  }

  #forget(name: string): void {
    const command = this.#applied.get(name);
    if (command === undefined) return;
    this.#applied.delete(name);
    this.#rows.remove(command);
  }

  #expiryOf(keep: CommandRetention): (command: CommandRow) => boolean {
    assertRetention(keep, 'keepCommands');
    if (keep === 'forever') return () => false;
    if ('count' in keep) return ([number]) => number <= this.#count - keep.count;
    return ([, , at]) => this.#options.clock.now() - at >= keep.days * dayMs;
  }
}

/** Returns what `send` threw. */
function run<Root>(name: string, send: (root: Root) => unknown, root: Root): { error: unknown } | undefined {
  try {
    const result = send(root);
    if (!isThenable(result)) return undefined;
    // The caller gets the promise below; its failure would otherwise end the process.
    result.then(undefined, () => {});
    return { error: asyncError(name) };
  } catch (error) {
    return { error };
  }
}

const asyncError = (name: string) =>
  new TypeError(
    `The command "${name}" must send its events synchronously: its function is async or returns a promise.`,
  );

const isAsync = (send: unknown): boolean => Object.prototype.toString.call(send) === '[object AsyncFunction]';

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** `option` is the name of the option that it is. @throws {TypeError} */
export function assertRetention(keep: unknown, option: string): void {
  if (keep === 'forever') return;
  const { count, days, ...others } = (typeof keep === 'object' && keep !== null ? keep : {}) as Record<string, unknown>;
  const isOne = (count === undefined) !== (days === undefined) && Object.keys(others).length === 0;
  const isCount = Number.isSafeInteger(count) && (count as number) >= 1;
  const isDays = typeof days === 'number' && Number.isFinite(days) && days > 0;
  if (isOne && (isCount || isDays)) return;
  throw new TypeError(
    `${option} must be { count } with a whole number from 1, { days } with a number above 0, or 'forever'; it is ${describe(keep)}.`,
  );
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${String(field)}`);
  return `{ ${fields.join(', ')} }`;
}
