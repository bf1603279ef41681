import type { Stream } from '../../../libraries/acp.ts';
import { isObject } from '../formats/json-line.ts';

/** The messages of one program over its standard input and output, one JSON-RPC message a line. */
export interface LineConnection {
  /** For the library, which answers requests and waits for responses. */
  stream: Stream;
  /** Reads one line of the program. Returns false for a line that is no message, or answers no request. */
  read(line: string): boolean;
  /** The program has ended. */
  close(): void;
}

export interface LineConnectionOptions {
  write(line: string): void;
  /** Called for each `session/update`, in the order of the lines. Other notifications are ignored. */
  onUpdate(params: unknown): void;
}

export function createLineConnection({ write, onUpdate }: LineConnectionOptions): LineConnection {
  const requests = new Set<unknown>();
  let controller: ReadableStreamDefaultController | null = null;
  const readable: Stream['readable'] = new ReadableStream({
    start(given) {
      controller = given;
    },
  });
  const writable: Stream['writable'] = new WritableStream({
    write(message) {
      if ('method' in message && 'id' in message) requests.add(message.id);
      write(`${JSON.stringify(message)}\n`);
    },
  });
  return {
    stream: { readable, writable },
    read(line) {
      const message = parse(line);
      if (message === null) return false;
      const isRequestOrNotification = typeof message.method === 'string';
      if (!isRequestOrNotification && !requests.delete(message.id)) return false;
      if (!isRequestOrNotification || 'id' in message || message.method === '$/cancel_request') {
        controller?.enqueue(message);
      } else if (message.method === 'session/update') onUpdate(message.params);
      return true;
    },
    close() {
      controller?.close();
      controller = null;
    },
  };
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && value.jsonrpc === '2.0' ? value : null;
  } catch {
    return null;
  }
}
