/**
 * The least that stores actors one by one: after each turn of the event loop one LevelDB batch with the value and context of the
 * machines that changed and with the results of steps. No identities, no recognition of commands, no timers, no counters, no restoring.
 */
import { Level } from 'level';
import { type InspectionEvent, isMachineSnapshot } from 'xstate';

type Actor = InspectionEvent['actorRef'];

export class GroupCommit {
  readonly #db: Level<string, string>;
  readonly #sync: boolean;
  readonly #changed = new Set<Actor>();
  #results: [key: string, value: unknown][] = [];
  #waiting: (() => void)[] = [];
  #isScheduled = false;
  #isWriting = false;

  private constructor(db: Level<string, string>, sync: boolean) {
    this.#db = db;
    this.#sync = sync;
  }

  static async open(directory: string, options: { sync: boolean }): Promise<GroupCommit> {
    const db = new Level<string, string>(directory);
    await db.open();
    return new GroupCommit(db, options.sync);
  }

  /** For the option `inspect` of an actor. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.snapshot') return;
    this.#changed.add(event.actorRef);
    this.#schedule();
  };

  /** Resolves when the result is on disk. */
  record(key: string, result: unknown): Promise<void> {
    this.#results.push([key, result]);
    return this.barrier();
  }

  barrier(): Promise<void> {
    this.#schedule();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isWriting) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    const batch = this.#db.batch();
    for (const [key, result] of this.#results.splice(0)) batch.put(key, JSON.stringify(result));
    for (const actor of this.#changed) {
      const snapshot = (actor as { getSnapshot(): unknown }).getSnapshot();
      const at = `a/${(actor as { id?: string }).id}`;
      if (!isMachineSnapshot(snapshot)) continue;
      const { status, value, context } = snapshot;
      if (status === 'active') batch.put(at, JSON.stringify({ value, context }));
      else batch.del(at);
    }
    this.#changed.clear();
    await batch.write({ sync: this.#sync });
    this.#isWriting = false;
    if (this.#changed.size > 0 || this.#results.length > 0 || this.#waiting.length > 0) this.#schedule();
    for (const resolve of waiting) resolve();
  }
}
