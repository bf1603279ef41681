/** A stub of the APIs of model providers on the loopback interface. What it answers is a function of what it is asked. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StubApi, StubReply, StubRequest, Wire } from './model-api.ts';
import { anthropic, compatible } from './model-wires.ts';
import { google, openai } from './more-model-wires.ts';

const wires: Partial<Record<string, Wire>> = { anthropic, openai, google, 'openai-compatible': compatible };

export interface ModelStub extends AsyncDisposable {
  /** The base address for a provider. */
  url(api: StubApi): string;
  /** All requests, in order. */
  requests: StubRequest[];
  /** How many of them ended because the client closed the connection. */
  readonly closed: number;
}

export type StubBrain = (request: StubRequest) => StubReply | Promise<StubReply>;

export async function startModelStub(brain: StubBrain): Promise<ModelStub> {
  const requests: StubRequest[] = [];
  let closed = 0;
  const server = createServer(async (incoming, response) => {
    response.on('close', () => {
      if (!response.writableFinished) closed += 1;
    });
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const [, api = '', path = ''] = /^\/([a-z-]+)(\/.*)$/.exec(incoming.url ?? '') ?? [];
    const wire = wires[api];
    if (wire === undefined) return response.writeHead(404).end();
    const aside = answerAside(incoming.method, path);
    if (aside !== null) return sendJson(response, 200, aside);
    const body = JSON.parse(text);
    const request = { api: api as StubApi, path, headers: incoming.headers, body, ...wire.read(body as never) };
    requests.push(request);
    const reply = await brain(request);
    if (reply.status !== undefined) {
      const error = wire.error(reply.message ?? 'It failed', reply.status);
      return sendJson(response, reply.status, error, reply.headers);
    }
    if (wantsWhole(path, body)) return sendJson(response, 200, wire.whole(reply, requests.length));
    return send(response, wire.write(reply, requests.length), reply.cut);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: api => `http://127.0.0.1:${port}/${api}/v1`,
    requests,
    get closed() {
      return closed;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await ended;
    },
  };
}

/** Programs also ask which models there are, and how long a request is. These are no requests to the model. */
function answerAside(method: string | undefined, path: string): object | null {
  if (method === 'GET' || method === 'HEAD') {
    const model = { id: 'stub', object: 'model', type: 'model', owned_by: 'stub', display_name: 'stub' };
    return { object: 'list', data: [model], models: [], has_more: false };
  }
  return /count_?tokens/i.test(path) ? { input_tokens: 10, totalTokens: 10 } : null;
}

const wantsWhole = (path: string, { stream }: { stream?: boolean }) =>
  path.includes(':') ? !path.includes(':stream') : stream !== true;

function sendJson(response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function send(response: ServerResponse, events: readonly string[], cut: StubReply['cut']): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (cut === undefined) {
    response.end(events.join(''));
    return;
  }
  const half = events.slice(0, Math.ceil(events.length / 2)).join('');
  if (cut === 'silent') response.write(half);
  else if (cut === 'at once') response.write(half, () => response.destroy());
  else response.write(half, () => response.socket?.end());
}
