/** An owner at home: lets others on this machine ask its Troupe for what they could ask one of their own. */
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { addresses, makePrivate, type Surroundings } from './address.ts';
import { limits as allLimits, type Limits } from './limits.ts';
import type { Outputs } from './outputs.ts';
import type { Farewell } from './protocol.ts';
import { scribe } from './scribe.ts';
import { type Session, type SessionOptions, session } from './session.ts';

export interface Serving {
  /** Where others find it. */
  path: string;
  /** Attached at present. */
  clients(): number;
  /** Whether anybody who is attached, or was, gave a command. */
  commanded(): boolean;
  /** Resolves the next time somebody comes or leaves. */
  change(): Promise<void>;
  close(reason: Farewell): Promise<void>;
}

export interface ServeOptions extends Pick<SessionOptions, 'troupe' | 'welcome'> {
  /** The store's folder. */
  home: string;
  surroundings: Surroundings;
  /** Learns what those who attach print to. @default nobody does */
  outputs?: Pick<Outputs, 'add'> | undefined;
  /** @default those of limits.ts */
  limits?: Partial<Limits>;
}

/** null when there is no place where one could listen: then the owner is alone, and others are told who has the store. */
export async function serve(given: ServeOptions): Promise<Serving | null> {
  const { home, surroundings, troupe, welcome, outputs, ...options } = given;
  const limits = { ...allLimits, ...options.limits };
  const pen = scribe(limits.answerBytes);
  const sessions = new Set<Session>();
  const open = new Set<Session>();
  let commanded = false;
  let stirred: () => void = () => {};
  let change = new Promise<void>(resolve => {
    stirred = resolve;
  });
  const stir = () => {
    const told = stirred;
    change = new Promise<void>(resolve => {
      stirred = resolve;
    });
    told();
  };

  const server = createServer(socket => {
    if (sessions.size >= limits.clients) return void socket.destroy();
    const one = session({
      socket,
      troupe,
      welcome,
      limits,
      scribe: pen,
      opened(printed) {
        outputs?.add(printed);
        open.add(one);
        stir();
      },
      commanded() {
        commanded = true;
      },
      ended() {
        sessions.delete(one);
        open.delete(one);
        stir();
      },
    });
    sessions.add(one);
  });
  const path = await listen(server, home, surroundings);
  if (path === null) return null;

  return {
    path,
    clients: () => open.size,
    commanded: () => commanded,
    change: () => change,
    async close(reason) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      for (const one of sessions) one.farewell(reason);
      await closed;
    },
  };
}

async function listen(server: Server, home: string, surroundings: Surroundings): Promise<string | null> {
  for (const { folder, path } of addresses(home, surroundings)) {
    try {
      await makePrivate(folder, surroundings.uid);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, () => {
          server.off('error', reject);
          resolve();
        });
      });
      if (folder !== '') await chmod(path, 0o600);
      return path;
    } catch {
      // A file system without sockets, a folder that is not ours: the next place may do.
    }
  }
  return null;
}
