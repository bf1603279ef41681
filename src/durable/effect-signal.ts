/**
 * Aborts the work of an effect. Most effects never look at their signal, and creating an AbortController costs more than the rest
 * of their start, so it is created when it is first asked for.
 */
export class EffectSignal {
  #controller: AbortController | undefined;
  #isAborted = false;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort();
  }

  throwIfAborted(): void {
    if (this.#isAborted) this.signal.throwIfAborted();
  }
}
