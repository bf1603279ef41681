/** Whether an error says that the server cannot be reached now. */
export function isQueueConnectionError(error: unknown): boolean {
  const { code = '', message = '', syscall } = (error ?? {}) as { code?: string; message?: string; syscall?: string };
  // Of the network, such as of a socket whose file is gone until the server is back; else of the server, which ends, begins or is full.
  return (
    syscall !== undefined ||
    /^(E(CONN|PIPE|TIMEDOUT|HOST|NET)|57P0|53|08)|Connection|connection|closed/.test(`${code} ${message}`.trim())
  );
}
