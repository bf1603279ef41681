import type { RpcRequest } from './protocol.ts';

/** How requests are put to whoever has the store: over a socket, or to this process itself. */
export interface Transport {
  /** @throws {TroupeError} what the other end threw; OWNER_LOST when it ended first */
  call(request: RpcRequest, signal: AbortSignal): Promise<unknown>;
  /** The same for many values; ends when the signal aborts. */
  stream(request: RpcRequest, signal: AbortSignal): AsyncIterable<unknown>;
}
