/**
 * Commands applied exactly once per key. The key's row is in the batch of what the command changed, so either both are on
 * disk or neither. The newest `commandsKept` keys are remembered, in memory and in the store; older ones are pruned in
 * the batches that add new ones, so neither grows with history.
 */
import type { Operation } from '../ports/store.ts';
import { commandsKept, key } from './keys.ts';

interface CommandsOptions {
  write: (operation: Operation) => void;
  barrier: () => Promise<void>;
  /** Number for the row: keys are pruned in its order. */
  commit: () => number;
  kept?: number;
}

export class Commands {
  readonly #options: CommandsOptions;
  readonly #kept: number;
  /** Oldest first. */
  readonly #applied = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#kept = options.kept ?? commandsKept;
  }

  load(rows: readonly [name: string, commit: number][]): void {
    for (const [name] of rows.toSorted((a, b) => a[1] - b[1])) this.#applied.add(name);
  }

  async apply(name: string, send: () => void): Promise<{ duplicate: boolean }> {
    const running = this.#running.get(name);
    if (running !== undefined) {
      await running;
      return { duplicate: true };
    }
    if (this.#applied.has(name)) return { duplicate: true };
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
    this.#applied.add(name);
    this.#options.write({ type: 'put', key: key.command(name), value: this.#options.commit() });
    for (const oldest of this.#applied) {
      if (this.#applied.size <= this.#kept) break;
      this.#applied.delete(oldest);
      this.#options.write({ type: 'del', key: key.command(oldest) });
    }
  }
}
