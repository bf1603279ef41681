import type { RpcRequest } from './protocol.ts';

/** Sends requests to the owner of the store: over a socket, or within this process. */
export interface Transport {
  /** @throws {TroupeError} what the other end threw; OWNER_LOST when it ended first */
  call(request: RpcRequest, signal: AbortSignal): Promise<unknown>;
  /** The same for a stream of values; ends when the signal aborts. */
  stream(request: RpcRequest, signal: AbortSignal): AsyncIterable<unknown>;
}
