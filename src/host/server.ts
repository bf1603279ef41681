/** The owner's server: lets other processes on this machine use its Troupe. */
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { candidateAddresses, preparePrivateFolder, type SocketEnvironment } from './address.ts';
import { limits as allLimits, type Limits } from './limits.ts';
import type { OutputRegistry } from './output-registry.ts';
import type { CloseReason } from './protocol.ts';
import { createResponseEncoder } from './response-encoder.ts';
import { type ClientSession, openClientSession, type SessionOptions } from './session.ts';

export interface OwnerServer {
  /** The address of the server. */
  path: string;
  /** Number of connected clients. */
  clients(): number;
  /** Whether any client, connected or not, sent a command. */
  hasReceivedCommands(): boolean;
  /** Resolves the next time a client connects or disconnects. */
  change(): Promise<void>;
  close(reason: CloseReason): Promise<void>;
}

export interface ServeOptions extends Pick<SessionOptions, 'troupe' | 'welcome'> {
  /** The store's folder. */
  home: string;
  surroundings: SocketEnvironment;
  /** Receives what clients print to. @default none */
  outputs?: Pick<OutputRegistry, 'add'> | undefined;
  /** @default those of limits.ts */
  limits?: Partial<Limits>;
}

/** Returns null when it cannot listen anywhere: then no process can attach, and others get the owner's data only. */
export async function serve(params: ServeOptions): Promise<OwnerServer | null> {
  const { home, surroundings, troupe, welcome, outputs, ...options } = params;
  const limits = { ...allLimits, ...options.limits };
  const encoder = createResponseEncoder(limits.responseBytes);
  const sessions = new Set<ClientSession>();
  const open = new Set<ClientSession>();
  let commanded = false;
  let notifyChange: () => void = () => {};
  let change = new Promise<void>(resolve => {
    notifyChange = resolve;
  });
  const notify = () => {
    const resolvePrevious = notifyChange;
    change = new Promise<void>(resolve => {
      notifyChange = resolve;
    });
    resolvePrevious();
  };

  const server = createServer(socket => {
    if (sessions.size >= limits.clients) return void socket.destroy();
    const one = openClientSession({
      socket,
      troupe,
      welcome,
      limits,
      encoder,
      onOpened(printed) {
        outputs?.add(printed);
        open.add(one);
        notify();
      },
      onCommand() {
        commanded = true;
      },
      onEnded() {
        sessions.delete(one);
        open.delete(one);
        notify();
      },
    });
    sessions.add(one);
  });
  const path = await listen(server, home, surroundings);
  if (path === null) return null;

  return {
    path,
    clients: () => open.size,
    hasReceivedCommands: () => commanded,
    change: () => change,
    async close(reason) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      for (const client of sessions) client.close(reason);
      await closed;
    },
  };
}

async function listen(server: Server, home: string, surroundings: SocketEnvironment): Promise<string | null> {
  for (const { folder, path } of candidateAddresses(home, surroundings)) {
    try {
      await preparePrivateFolder(folder, surroundings.uid);
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
      // No socket support, or a folder of another user: try the next path.
    }
  }
  return null;
}
