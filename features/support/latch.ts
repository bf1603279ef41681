/** A promise that another part of the test resolves. */
export interface Latch {
  released: Promise<void>;
  release(): void;
}

export function createLatch(): Latch {
  let give = () => {};
  const given = new Promise<void>(resolve => {
    give = resolve;
  });
  return { released: given, release: () => give() };
}

/** Waits for the latch, or fails when the work is stopped first. */
export function waitForLatch(latch: Latch, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([latch.released, stopped]);
}
