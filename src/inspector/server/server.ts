/** The inspector's server: a page on this machine, for one person, about a Troupe or a durable system. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { commandHint, TroupeError } from '../../index.ts';
import { formatHint } from '../../presentation/hints.ts';
import type { ServerMessage, Welcome } from '../state/protocol.ts';
import type { AccessControl } from './access.ts';
import type { Assets } from './assets.ts';
import type { Broadcaster } from './broadcaster.ts';
import { securityHeaders, servedDocument } from './document.ts';
import type { RequestHandler } from './request-handler.ts';
import { PageMessage } from './requests.ts';

export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

export interface ServerOptions {
  broadcaster: Broadcaster;
  handler: RequestHandler;
  access: AccessControl;
  assets: Assets;
  welcome: Omit<Welcome, 'type' | 'epoch'>;
  /** 0 selects a free port. */
  port: number;
  /** Downloads, by path. */
  downloads: Readonly<Record<string, Download>>;
  /** Called for a program that sends its machines' events by the Stately inspection protocol. */
  stately(socket: WebSocket): void;
}

export interface Download {
  type: string;
  file: string;
  make(): Promise<string> | string;
}

/** Maximum message sizes in bytes; a program's message may contain a whole machine. */
const payloadMax = { page: 64 * 1024, stately: 16 * 1024 ** 2 };
const pagesMax = 64;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { access, port, broadcaster } = options;
  const server = createServer((request, response) => {
    handleRequest(options, request, response).catch(thrown =>
      reply(response, 500, `${TroupeError.serialize(thrown).message}\n`),
    );
  });
  const pages = new WebSocketServer({ noServer: true, maxPayload: payloadMax.page });
  const programs = new WebSocketServer({ noServer: true, maxPayload: payloadMax.stately });
  pages.on('connection', socket => handlePage(options, socket));
  programs.on('connection', socket => options.stately(socket));
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = addressOf(request);
    const refused = access.rejection(request);
    if (refused !== null) rejectUpgrade(socket, refused.status);
    else if (pathname === '/live' && access.hasCookie(request) && request.headers.origin !== undefined) {
      if (broadcaster.pages >= pagesMax) rejectUpgrade(socket, 503);
      else pages.handleUpgrade(request, socket, head, opened => pages.emit('connection', opened, request));
    } else if (pathname === '/stately' && access.isReceiverToken(searchParams.get('pass'))) {
      programs.handleUpgrade(request, socket, head, opened => programs.emit('connection', opened, request));
    } else rejectUpgrade(socket, 401);
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const { clients } of [pages, programs]) for (const client of clients) client.terminate();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** @throws {TroupeError} USAGE when the port is in use */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const why = thrown.code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on: ${thrown.message}`;
      reject(
        new TroupeError('USAGE', `Port ${port} ${why}`, { where: `--port ${port}`, hints: [commandHint('inspect')] }),
      );
    });
    server.listen({ host: '127.0.0.1', port }, () => resolve());
  });
}

const addressOf = (request: IncomingMessage) => new URL(request.url ?? '/', 'http://127.0.0.1');

const unauthorizedText = `This page needs the address that Troupe printed.
Its address opens once: type troupe inspect for another.
`;

async function handleRequest(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { access, assets, downloads } = options;
  const refused = access.rejection(request);
  if (refused !== null) return reply(response, refused.status, `${refused.message}\n`);
  if (request.method !== 'GET') return reply(response, 405, 'There is nothing here to change.\n');
  const { pathname, searchParams } = addressOf(request);
  const token = searchParams.get('token');
  const cookie = token === null ? null : access.accept(token);
  if (cookie !== null) return reply(response, 303, '', { location: '/', 'set-cookie': cookie });
  if (!access.hasCookie(request)) return reply(response, 401, unauthorizedText);
  // Redirect, so that a used invitation does not stay in the address bar.
  if (token !== null) return reply(response, 303, '', { location: '/' });
  if (pathname === '/') return reply(response, 200, servedDocument(), { 'content-type': 'text/html; charset=utf-8' });
  const asset = assets.get(pathname.slice(1));
  if (asset !== undefined) {
    const type = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
    return reply(response, 200, asset, { 'content-type': `${type}; charset=utf-8` });
  }
  const download = downloads[pathname];
  if (download === undefined) return reply(response, 404, 'There is nothing here.\n');
  reply(response, 200, await download.make(), {
    'content-type': download.type,
    'content-disposition': `attachment; filename="${download.file}"`,
  });
}

function reply(response: ServerResponse, status: number, body: string, more: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...securityHeaders, ...more });
  response.end(body);
}

function rejectUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Handles one page, from its hello to its disconnect. */
function handlePage({ broadcaster, handler, welcome }: ServerOptions, socket: WebSocket): void {
  const page = {
    send: (message: ServerMessage) => socket.send(JSON.stringify(message)),
    waiting: () => socket.bufferedAmount,
  };
  const reply = (id: number, work: Promise<unknown>) =>
    work.then(
      value => page.send({ type: 'answer', id, value: value ?? null }),
      thrown => {
        const { message, hints } = TroupeError.serialize(thrown);
        page.send({ type: 'error', id, error: { message, hints: hints.map(formatHint) } });
      },
    );
  socket.on('error', () => socket.terminate());
  socket.on('close', () => broadcaster.disconnect(page));
  socket.on('message', data => {
    const message = parsePageMessage(String(data));
    if (message === null) return socket.close(1008, 'not of the protocol');
    if (message.type === 'hello') {
      page.send({ type: 'welcome', epoch: broadcaster.epoch, ...welcome });
      broadcaster.connect(page, message);
    } else {
      void reply(message.id, message.type === 'ask' ? handler.query(message.about) : handler.execute(message.order));
    }
  });
}

function parsePageMessage(text: string): PageMessage | null {
  try {
    return PageMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
