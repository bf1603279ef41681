/**
 * Serves the tools of one task on the loopback interface while the agent works. Other users of the machine and pages in a
 * browser can reach the port: a random token, the Host and the Origin are checked.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calledTool, failure, progressNotification, respond, rpcErrors } from './task-protocol.ts';
import type { TaskTool } from './task-tools.ts';

export interface TaskServer extends AsyncDisposable {
  url: string;
  token: string;
}

/** Clients end a response of which nothing comes for about five minutes, and some a request without progress after one. */
const aliveMs = 15_000;

const bodyBytesMax = 4 * 1024 * 1024;

export async function serveTaskTools(tools: readonly TaskTool[]): Promise<TaskServer> {
  // A run without such an agent starts without Node's HTTP.
  const { createServer } = await import('node:http');
  const token = randomBytes(32).toString('hex');
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    handle(request, response, { tools, token, port }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The agent's process, not this server, decides how long the task takes.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    token,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Service {
  tools: readonly TaskTool[];
  token: string;
  port: number;
}

async function handle(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const end = (status: number, body?: Record<string, unknown>) => {
    // The rest of a refused body is not read.
    if (status >= 400) response.shouldKeepAlive = false;
    if (body === undefined) response.writeHead(status).end();
    else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const refusal = refusalStatus(request, service);
  if (refusal !== null) return end(refusal);
  const text = await readBody(request);
  if (text === null) return end(413);
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return end(400, failure(null, rpcErrors.parse, 'This is not JSON'));
  }
  const left = new AbortController();
  response.once('close', () => left.abort());
  const answer = respond(service.tools, message, { signal: left.signal });
  const isSlow = calledTool(service.tools, message)?.waits === true;
  if (isSlow && /\btext\/event-stream\b/.test(request.headers.accept ?? '')) return stream(response, message, answer);
  const body = await answer;
  return body === null ? end(202) : end(200, body);
}

/** Sends the answer as the last event of a stream, which shows meanwhile that it is still to come. */
async function stream(
  response: ServerResponse,
  message: unknown,
  answer: Promise<Record<string, unknown> | null>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (data: Record<string, unknown>) => response.write(`event: message\ndata: ${JSON.stringify(data)}\n\n`);
  let progress = 0;
  const showProgress = () => {
    const notification = progressNotification(message, ++progress);
    if (notification === null) response.write(': the answer is still to come\n\n');
    else send(notification);
  };
  showProgress();
  const timer = setInterval(showProgress, aliveMs).unref();
  try {
    const body = await answer;
    if (body !== null) send(body);
  } finally {
    clearInterval(timer);
    response.end();
  }
}

/** The status with which a request is refused before its body is read; null when it is not. */
function refusalStatus({ headers, method, url }: IncomingMessage, { token, port }: Service): number | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) return 403;
  if (headers.origin !== undefined && !hosts.some(host => headers.origin === `http://${host}`)) return 403;
  if (!isSame(headers.authorization ?? '', `Bearer ${token}`)) return 401;
  if (url !== '/mcp') return 404;
  if (method !== 'POST') return 405;
  return /^application\/json\b/i.test(headers['content-type'] ?? '') ? null : 415;
}

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Destroying the request would close the connection before the answer is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
