import type { Request } from './protocol.ts';

/** How requests are put to whoever has the store: over a socket, or to this process itself. */
export interface Line {
  /** @throws {Fault} what the other end threw; OWNER_LOST when it ended first */
  ask(request: Request, signal: AbortSignal): Promise<unknown>;
  /** The same for many values; ends when the signal aborts. */
  follow(request: Request, signal: AbortSignal): AsyncIterable<unknown>;
}
