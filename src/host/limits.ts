/** Every limit of the protocol. Sizes are bytes of one message, without line end. */
export interface Limits {
  /** The longest message an owner accepts. */
  requestBytes: number;
  /** The longest value an owner sends: a diff, or the records of many plans. Its envelope is not counted. */
  responseBytes: number;
  /** Milliseconds for a client to send hello. */
  helloMs: number;
  /** Milliseconds for an owner, which may be busy, to answer it. */
  helloReplyMs: number;
  /** Milliseconds for a started message to end, and for a peer to read what it was sent. */
  stallMs: number;
  /** Milliseconds that a closing owner waits for running commands. */
  closeMs: number;
  /** Milliseconds it then waits for the other end to disconnect. */
  drainMs: number;
  /** Milliseconds that an owner keeps events for a stream whose client does not read. */
  idleStreamMs: number;
  /** Concurrent connections. */
  clients: number;
  /** Concurrent calls and streams on one connection. */
  calls: number;
  /** Values of one stream that are sent before the client has read any. */
  credit: number;
}

/** The default limits. */
export const limits: Limits = {
  requestBytes: 32 * 1024 ** 2,
  responseBytes: 512 * 1024 ** 2,
  helloMs: 5_000,
  helloReplyMs: 20_000,
  stallMs: 30_000,
  closeMs: 10_000,
  drainMs: 1_000,
  idleStreamMs: 60_000,
  clients: 256,
  calls: 256,
  credit: 256,
};
