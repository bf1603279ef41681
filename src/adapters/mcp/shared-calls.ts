/**
 * Calls that outlive the connection on which they were made: an agent that gave up waiting and makes the same call again waits for
 * the same answer, or gets the one that came meanwhile.
 */
export interface SharedCalls {
  /** @param signal aborted when the caller does not wait any more */
  call(key: string, signal: AbortSignal, make: () => Promise<unknown>): Promise<unknown>;
}

export function createSharedCalls(): SharedCalls {
  const undelivered = new Map<string, Promise<unknown>>();
  return {
    async call(key, signal, make) {
      const answer = undelivered.get(key) ?? make();
      undelivered.set(key, answer);
      // Without a caller its failure has no other handler.
      answer.catch(() => undefined);
      try {
        return await answer;
      } finally {
        if (!signal.aborted) undelivered.delete(key);
      }
    },
  };
}
