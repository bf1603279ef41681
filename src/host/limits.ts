/** Every bound of the protocol, in one table. Sizes are bytes of one message, line end not counted. */
export interface Limits {
  /** The longest message an owner takes. */
  requestBytes: number;
  /** The longest value an owner sends: a diff, or the records of many plans. What goes around it comes on top. */
  responseBytes: number;
  /** How long a client may take to say hello. */
  helloMs: number;
  /** How long an owner, which may be busy, may take to answer it. */
  helloReplyMs: number;
  /** How long a message that has begun may take to end, and how long a peer may leave unread what it was sent. */
  stallMs: number;
  /** How long an owner that leaves waits for commands that have begun. */
  closeMs: number;
  /** How long it waits, once all is said, for the other end to hang up. */
  drainMs: number;
  /** How long an owner keeps events for a stream whose reader takes none. */
  idleStreamMs: number;
  /** Connections at once. */
  clients: number;
  /** Calls and streams under way on one connection. */
  calls: number;
  /** Values of one stream that are sent before the reader has taken any. */
  credit: number;
}

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
