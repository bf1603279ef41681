/** Where a page gets what it shows: from a server, for as long as there is one, or from the report it stands in. */
import type { Item } from '../book/item.ts';
import type { Report, ServerMessage, Welcome } from '../book/telling.ts';

export interface LinkEvents {
  welcome(welcome: Pick<Welcome, 'title' | 'control' | 'plans'>): void;
  items(items: readonly Item[]): void;
  /** `live`, or why it is not. */
  state(state: LinkState): void;
}

export interface LinkState {
  kind: 'live' | 'lost' | 'report' | 'trouble';
  text: string;
  /** Of a report: when it was made, in milliseconds since the epoch. */
  at?: number;
}

export interface Link {
  /** @throws {Error} with what the server says */
  ask(about: object): Promise<unknown>;
  order(order: object): Promise<unknown>;
}

const retryMs = { first: 250, most: 4_000 };

export function openLink(events: LinkEvents): Link {
  const embedded = document.getElementById('report')?.textContent;
  return embedded ? reportLink(JSON.parse(embedded) as Report, events) : liveLink(events);
}

function reportLink({ title, plans, at, items, answers }: Report, events: LinkEvents): Link {
  events.welcome({ title, plans, control: false });
  events.items(items);
  events.state({ kind: 'report', text: `as of ${new Date(at).toLocaleString()}`, at });
  return {
    async ask(about) {
      const answer = answers[JSON.stringify(about)];
      if (answer === undefined) throw new Error('This is not in the report.');
      const unknown = (answer as { unknown?: string } | null)?.unknown;
      if (typeof unknown === 'string') throw new Error(unknown);
      return answer;
    },
    order: () => Promise.reject(new Error('A report only shows.')),
  };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** A connection that is made again when it breaks, and goes on where it was. */
function liveLink(events: LinkEvents): Link {
  const waiting = new Map<number, Waiting>();
  let socket: WebSocket | null = null;
  let [epoch, seq, count, pauseMs] = ['', 0, 0, retryMs.first];

  const hear = (message: ServerMessage) => {
    switch (message.type) {
      case 'welcome':
        // Of another run of the server nothing counts.
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
        else waits?.reject(new Error([message.fault.message, ...message.fault.hints].join('\n')));
      }
    }
  };

  const connect = () => {
    const opened = new WebSocket(new URL('live', document.baseURI.replace(/^http/, 'ws')));
    socket = opened;
    opened.onopen = () => {
      // What broke off in the middle of the book is begun again.
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
    ask: about => call({ type: 'ask', about }),
    order: order => call({ type: 'order', order }),
  };
}
