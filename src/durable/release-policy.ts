/**
 * Decides how the waiters of one commit resume: a few at a time, so that some compute while the results of others are
 * written, or all at once, so that the next batch holds everything. A few at a time is faster while the disk is
 * quicker than all of them together; all at once is faster when the disk is slower, because then they would only wait
 * for the batch in flight. Both times are measured.
 */

const weight = 1 / 8;

export class ReleasePolicy {
  #commitMs = 0;
  #workMs = 0;

  /** Records how long a batch was in flight, in milliseconds. */
  recordCommit(ms: number): void {
    this.#commitMs += (ms - this.#commitMs) * weight;
  }

  /** Records how long `released` waiters computed, in milliseconds. */
  recordWork(ms: number, released: number): void {
    this.#workMs += (ms / released - this.#workMs) * weight;
  }

  /** Returns whether that many waiters should be released together. */
  shouldReleaseAll(waiting: number): boolean {
    return this.#commitMs > waiting * this.#workMs;
  }
}
