/** The page's data source: a server, or the report the page is in. */
import type { InspectorEvent } from '../state/events.ts';
import type { InspectionReport, ServerMessage, Welcome } from '../state/protocol.ts';

export interface ConnectionEvents {
  welcome(welcome: Pick<Welcome, 'title' | 'control' | 'plans'>): void;
  items(items: readonly InspectorEvent[]): void;
  /** `live`, or why it is not. */
  state(state: ConnectionState): void;
}

export interface ConnectionState {
  kind: 'live' | 'lost' | 'report' | 'trouble';
  text: string;
  /** Of a report: when it was created, in milliseconds since the epoch. */
  at?: number;
}

export interface ServerConnection {
  /** @throws {Error} with the server's message */
  query(about: object): Promise<unknown>;
  execute(order: object): Promise<unknown>;
}

const retryMs = { first: 250, most: 4_000 };

export function openConnection(events: ConnectionEvents): ServerConnection {
  const embedded = document.getElementById('report')?.textContent;
  return embedded
    ? createReportConnection(JSON.parse(embedded) as InspectionReport, events)
    : createLiveConnection(events);
}

function createReportConnection(
  { title, plans, at, items, answers }: InspectionReport,
  events: ConnectionEvents,
): ServerConnection {
  events.welcome({ title, plans, control: false });
  events.items(items);
  events.state({ kind: 'report', text: `as of ${new Date(at).toLocaleString()}`, at });
  return {
    async query(about) {
      const answer = answers[JSON.stringify(about)];
      if (answer === undefined) throw new Error('This is not in the report.');
      const unknown = (answer as { unknown?: string } | null)?.unknown;
      if (typeof unknown === 'string') throw new Error(unknown);
      return answer;
    },
    execute: () => Promise.reject(new Error('A report only shows.')),
  };
}

interface PendingRequest {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** A connection that reconnects and continues after the last event. */
function createLiveConnection(events: ConnectionEvents): ServerConnection {
  const waiting = new Map<number, PendingRequest>();
  let socket: WebSocket | null = null;
  let [epoch, seq, count, pauseMs] = ['', 0, 0, retryMs.first];

  const hear = (message: ServerMessage) => {
    switch (message.type) {
      case 'welcome':
        // A new run of the server starts again.
        if (message.epoch !== epoch) [epoch, seq] = [message.epoch, 0];
        events.welcome(message);
        events.state({ kind: 'live', text: 'live' });
        pauseMs = retryMs.first;
        break;
      case 'items':
        seq = message.seq;
        events.items(message.items);
        break;
      case 'trouble':
        events.state(
          message.message === null
            ? { kind: 'live', text: 'live' }
            : { kind: 'trouble', text: `reconnecting: ${message.message}` },
        );
        break;
      default: {
        const waits = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.type === 'answer') waits?.resolve(message.value);
        else waits?.reject(new Error([message.error.message, ...message.error.hints].join('\n')));
      }
    }
  };

  const connect = () => {
    const opened = new WebSocket(new URL('live', document.baseURI.replace(/^http/, 'ws')));
    socket = opened;
    opened.onopen = () => {
      // An incomplete transfer of the store starts again.
      const hello = seq > 0 ? { epoch, seq } : { epoch: null, seq: 0 };
      opened.send(JSON.stringify({ type: 'hello', ...hello }));
    };
    opened.onmessage = ({ data }) => hear(JSON.parse(String(data)) as ServerMessage);
    opened.onclose = () => {
      socket = null;
      for (const { reject } of waiting.values()) reject(new Error('The connection was lost.'));
      waiting.clear();
      events.state({ kind: 'lost', text: 'reconnecting …' });
      setTimeout(connect, pauseMs);
      pauseMs = Math.min(2 * pauseMs, retryMs.most);
    };
  };
  connect();

  const call = (message: object): Promise<unknown> => {
    const id = count++;
    return new Promise((resolve, reject) => {
      if (socket?.readyState !== WebSocket.OPEN) {
        reject(new Error('There is no connection.'));
        return;
      }
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ ...message, id }));
    });
  };
  return {
    query: about => call({ type: 'ask', about }),
    execute: order => call({ type: 'order', order }),
  };
}
