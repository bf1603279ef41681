/** Which finished instances are kept, oldest first. */
import type { Clock } from '../../ports/clock.ts';
import type { Operation } from '../../ports/store.ts';
import { assertRetention, type CommandRetention } from '../commands.ts';

const deletedAtOnce = 100;
const dayMs = 24 * 60 * 60 * 1000;

interface FinishedInstance {
  /** Its row. */
  key: string;
  endedAt: number;
}

export class FinishedInstances {
  readonly #keep: CommandRetention;
  readonly #clock: Pick<Clock, 'now'>;
  #oldestFirst: FinishedInstance[] = [];

  /** @throws {TypeError} for an invalid retention */
  constructor(keep: CommandRetention, clock: Pick<Clock, 'now'>) {
    assertRetention(keep, 'keepFinished');
    this.#keep = keep;
    this.#clock = clock;
  }

  /** Loads those of earlier processes, in any order. */
  load(finished: FinishedInstance[]): void {
    if (this.#keep !== 'forever') this.#oldestFirst = finished.sort((a, b) => a.endedAt - b.endedAt);
  }

  /** Those that are kept for ever cost no memory. */
  add(finished: FinishedInstance): void {
    if (this.#keep !== 'forever') this.#oldestFirst.push(finished);
  }

  /** Returns the operations that delete expired instances, at most `deletedAtOnce`. */
  expire(): Operation[] {
    let expired = 0;
    while (expired < deletedAtOnce && this.#isExpired(expired)) expired++;
    return this.#oldestFirst.splice(0, expired).map(({ key }) => ({ type: 'del', key }));
  }

  #isExpired(index: number): boolean {
    const instance = this.#oldestFirst[index];
    if (instance === undefined || this.#keep === 'forever') return false;
    if ('count' in this.#keep) return this.#oldestFirst.length - index > this.#keep.count;
    return this.#clock.now() - instance.endedAt >= this.#keep.days * dayMs;
  }
}
