import type { Operation } from '../ports/store.ts';

/** An actor whose state changed in a tick. */
export interface ChangedActor {
  uid: string;
  id: string;
  src: string | null;
  snapshot: unknown;
}

export interface ChangedActorOptions {
  deriveActorRows?: ((actor: ChangedActor) => Operation[]) | undefined;
  onActorsChanged?: ((actors: readonly ChangedActor[]) => void) | undefined;
}

/** The actors that changed since the last batch was collected: their rows are in the batch, and they are reported after it. */
export class ChangedActors {
  readonly #options: ChangedActorOptions;
  #changed: ChangedActor[] = [];

  constructor(options: ChangedActorOptions) {
    this.#options = options;
  }

  /** Whether something is derived from actors that changed. */
  get isUsed(): boolean {
    const { deriveActorRows, onActorsChanged } = this.#options;
    return deriveActorRows !== undefined || onActorsChanged !== undefined;
  }

  add(changed: ChangedActor, operations: Operation[]): void {
    const { deriveActorRows, onActorsChanged } = this.#options;
    if (deriveActorRows !== undefined) operations.push(...deriveActorRows(changed));
    if (onActorsChanged !== undefined) this.#changed.push(changed);
  }

  /** Returns what reports them, to be called after their commit; undefined for nothing to report. */
  collect(): (() => void) | undefined {
    const { onActorsChanged } = this.#options;
    const changed = this.#changed;
    if (onActorsChanged === undefined || changed.length === 0) return undefined;
    this.#changed = [];
    return () => onActorsChanged(changed);
  }
}
