/**
 * Applies commands exactly once per key. The row of the key is in the same batch as the changes of the command, so
 * either both are on disk or neither. The newest `retainedCommands` keys are kept, in memory and in as many rows: a
 * new key replaces the row of the oldest, so neither grows with history and nothing needs to be deleted.
 */
import type { Operation } from '../ports/store.ts';
import { key, retainedCommands } from './keys.ts';

/** The command's number, counted from 1, and its key. */
export type CommandRow = [number: number, name: string];

interface CommandsOptions {
  write: (operation: Operation) => void;
  barrier: () => Promise<void>;
  retained?: number;
}

export class Commands {
  readonly #options: CommandsOptions;
  readonly #retained: number;
  readonly #applied = new Set<string>();
  /** The same keys, indexed by row. */
  readonly #slots: (string | undefined)[] = [];
  readonly #running = new Map<string, Promise<void>>();
  #count = 0;

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#retained = options.retained ?? retainedCommands;
  }

  load(rows: readonly CommandRow[]): void {
    for (const [number, name] of rows) {
      this.#count = Math.max(this.#count, number);
      this.#slots[number % this.#retained] = name;
      this.#applied.add(name);
    }
  }

  /** @throws {TypeError} for an async `send`: what it sends after its first await would not be part of the command */
  async apply<Root>(name: string, send: (root: Root) => void, root: Root): Promise<{ duplicate: boolean }> {
    if (isAsync(send))
      throw new TypeError(`The command "${name}" must send its events synchronously: its function is async.`);
    if (this.#applied.has(name)) {
      await this.#running.get(name);
      return { duplicate: true };
    }
    send(root);
    this.#remember(name);
    const committed = this.#options.barrier();
    this.#running.set(name, committed);
    try {
      await committed;
      return { duplicate: false };
    } finally {
      this.#running.delete(name);
    }
  }

  #remember(name: string): void {
    const slot = ++this.#count % this.#retained;
    const oldest = this.#slots[slot];
    if (oldest !== undefined) this.#applied.delete(oldest);
    this.#slots[slot] = name;
    this.#applied.add(name);
    const row: CommandRow = [this.#count, name];
    this.#options.write({ type: 'put', key: key.command(slot), value: row });
  }
}

const isAsync = (send: unknown): boolean => Object.prototype.toString.call(send) === '[object AsyncFunction]';
