/** Does requests together: those that arrive while others are under way wait for the next batch. */
export interface RequestBatches<Request> {
  /** Resolves when the request is done. */
  add(request: Request): Promise<void>;
}

export interface BatchOptions<Request> {
  /** Batches at a time: a large one does not hold up the others. */
  concurrent: number;
  /** Requests in a batch. */
  most: number;
  /** Does all requests and returns those that failed, with their errors; when it rejects, all of them failed. */
  run(requests: readonly Request[]): Promise<ReadonlyMap<Request, unknown>>;
}

export function createRequestBatches<Request extends object>(options: BatchOptions<Request>): RequestBatches<Request> {
  const { concurrent, most, run } = options;
  interface WaitingRequest {
    request: Request;
    resolve(): void;
    reject(error: unknown): void;
  }
  const waiting: WaitingRequest[] = [];
  let running = 0;

  const runNext = async () => {
    running += 1;
    // Requests of the same turn of the event loop belong together.
    await new Promise(resolve => setImmediate(resolve));
    const batch = waiting.splice(0, most);
    try {
      const failed = batch.length === 0 ? new Map() : await run(batch.map(({ request }) => request));
      for (const { request, resolve, reject } of batch) failed.has(request) ? reject(failed.get(request)) : resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running -= 1;
      if (waiting.length > 0) void runNext();
    }
  };

  return {
    add: request =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        if (running < concurrent) void runNext();
      }),
  };
}
