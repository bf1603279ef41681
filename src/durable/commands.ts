/**
 * Commands applied exactly once per key. The key's row is in the batch of what the command changed, so either both are on
 * disk or neither. The newest `commandsKept` keys are remembered, in memory and in as many rows of the store: a new key
 * takes the row of the oldest, so neither grows with history and nothing needs to be deleted.
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
  /** The same keys in the places of their rows. */
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

  async apply(name: string, send: () => void): Promise<{ duplicate: boolean }> {
    if (this.#applied.has(name)) {
      await this.#running.get(name);
      return { duplicate: true };
    }
    send();
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
