/**
 * When those released from one commit should go on: by turns, so that some compute while what others caused is on its way to
 * the disk, or all at once, so that the next batch holds everything. By turns is faster while the disk is quicker than all
 * of them together, at once when it is slower: then the batch in flight would only be waited for. Both are measured.
 */

const weight = 1 / 8;

export class ReleasePolicy {
  #commitMs = 0;
  #workMs = 0;

  /** A batch was in flight for so long. */
  recordCommit(ms: number): void {
    this.#commitMs += (ms - this.#commitMs) * weight;
  }

  /** So many were released and computed for so long. */
  recordWork(ms: number, released: number): void {
    this.#workMs += (ms / released - this.#workMs) * weight;
  }

  /** Whether that many should be released together. */
  shouldReleaseAll(waiting: number): boolean {
    return this.#commitMs > waiting * this.#workMs;
  }
}
