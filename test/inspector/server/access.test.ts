/** Attacks on the inspector's server: clients without an invitation, other hosts, other origins, invalid messages. */

import { readdirSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { posix } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Inspector, serveInspector } from '../../../src/inspector.ts';

const open: Inspector[] = [];

afterEach(async () => {
  for (const inspector of open.splice(0)) await inspector.close();
});

async function served(options = {}) {
  const inspector = await serveInspector(options);
  open.push(inspector);
  return inspector;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers, method }, response => {
      let body = '';
      response.on('data', chunk => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The cookie of a client with an invitation. */
async function invited(inspector: Inspector): Promise<string> {
  const { headers } = await get(inspector.invite());
  return String(headers['set-cookie']?.[0]?.split(';')[0]);
}

/** How a connection for pages ends: with its status when it is rejected. */
function connect(url: string, headers: Record<string, string>): Promise<number | WebSocket> {
  return new Promise(resolve => {
    const socket = new WebSocket(url, { headers });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
    socket.on('open', () => resolve(socket));
  });
}

const live = ({ address }: Inspector) => `${address.replace('http', 'ws')}live`;
const originOf = ({ address }: Inspector) => address.slice(0, -1);

describe('without an invitation', () => {
  test('nothing is served: no page, no script, no download', async () => {
    const inspector = await served();
    for (const path of ['', 'inspector/page/main.js', 'report.html', 'items.jsonl', 'nowhere', '?token=guess']) {
      const { status, body } = await get(`${inspector.address}${path}`);
      expect([path, status]).toEqual([path, 401]);
      expect(body).toContain('troupe inspect');
    }
  });

  test('an invitation works once', async () => {
    const inspector = await served();
    const address = inspector.invite();
    const first = await get(address);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await get(address)).status).toBe(401);
    expect((await get(inspector.invite())).status).toBe(303);
  });

  test('a forged cookie is rejected', async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    expect((await get(inspector.address, { cookie })).status).toBe(200);
    expect((await get(inspector.address, { cookie: `${cookie}x` })).status).toBe(401);
    expect((await get(inspector.address, { cookie: `${cookie.split('=')[0]}=` })).status).toBe(401);
    expect(await connect(live(inspector), { origin: originOf(inspector) })).toBe(401);
  });
});

describe('with an invitation', () => {
  test('requests with another host name, and from a page of another origin, are rejected', async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    expect((await get(inspector.address, { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await get(inspector.address, { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get(inspector.address, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await connect(live(inspector), { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await connect(live(inspector), { cookie, origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await connect(live(inspector), { cookie })).toBe(401);
    expect(await connect(live(inspector), { cookie, host: 'evil.example', origin: 'http://evil.example' })).toBe(421);
  });

  test('the page gets the modules that it imports, and no others', async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    const loaded = new Set<string>();
    const load = async (path: string): Promise<void> => {
      if (loaded.has(path)) return;
      loaded.add(path);
      const { status, body } = await get(`${inspector.address}${path}`, { cookie });
      expect([path, status]).toEqual([path, 200]);
      const imported = [...body.matchAll(/(?:from|import) ["']([^"']+)["'];/g)].map(([, name = '']) => name);
      expect(imported.filter(name => !/^\.{1,2}\//.test(name))).toEqual([]);
      for (const name of imported) await load(posix.join(posix.dirname(path), name));
    };
    await load('inspector/page/main.js');
    expect([...loaded]).toContain('presentation/duration.js');
    for (const path of ['presentation/hints.js', 'inspector/server/server.js', 'index.js', '../package.json']) {
      expect((await get(`${inspector.address}${path}`, { cookie })).status).toBe(404);
    }
  });

  test('the page may load only from its origin, cannot be framed, and is not cached', async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    const { headers, body } = await get(inspector.address, { cookie });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(body).not.toMatch(/https?:\/\//);
    const script = await get(`${inspector.address}inspector/page/main.js`, { cookie });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const styles = [...body.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, path = '']) => path);
    const written = readdirSync(new URL('../../../src/inspector/page/style', import.meta.url));
    expect([...styles].sort()).toEqual(written.map(name => `inspector/page/style/${name}`).sort());
    for (const path of styles) {
      const style = await get(`${inspector.address}${path}`, { cookie });
      expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
      expect(style.body).not.toContain('url(');
    }
  });

  test("only the page's files are served, and only GET works", async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    for (const path of ['package.json', '../package.json', 'page/../../package.json', '%2e%2e/package.json', 'page/']) {
      expect((await get(`${inspector.address}${path}`, { cookie })).status).toBe(404);
    }
    expect((await get(inspector.address, { cookie }, 'POST')).status).toBe(405);
    expect((await get(`${inspector.address}?token=again`, { cookie })).status).toBe(303);
  });

  test('a page is disconnected after an invalid message, and a read-only page runs no command', async () => {
    const inspector = await served();
    const cookie = await invited(inspector);
    const enter = async () => {
      const socket = await connect(live(inspector), { cookie, origin: originOf(inspector) });
      if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
      return socket;
    };
    for (const message of [
      'not json',
      '{}',
      '{"type":"order","id":1,"order":{"do":"format","plan":"x"}}',
      'x'.repeat(100_000),
    ]) {
      const socket = await enter();
      const closed = new Promise<number>(resolve => socket.on('close', resolve));
      socket.send(message);
      expect([1008, 1009]).toContain(await closed);
    }
    const socket = await enter();
    const answers: { type: string; error?: { message: string; hints: string[] } }[] = [];
    const two = new Promise<void>(resolve => {
      socket.on('message', data => {
        if (answers.push(JSON.parse(String(data))) === 2) resolve();
      });
    });
    socket.send(JSON.stringify({ type: 'order', id: 1, order: { do: 'cancel', plan: 'x' } }));
    socket.send(JSON.stringify({ type: 'ask', id: 2, about: { what: 'decisions', plan: 'x' } }));
    await two;
    const texts = answers.map(({ type, error }) => `${type}: ${error?.message} ${error?.hints.join()}`).sort();
    expect(texts[0]).toContain('error: There are no plans here');
    expect(texts[1]).toContain('read-only');
    expect(texts[1]).toContain('troupe inspect --control');
    socket.close();
  });

  test('the port can be chosen, unless it is in use', async () => {
    const first = await served();
    const port = Number(new URL(first.address).port);
    await expect(serveInspector({ port })).rejects.toMatchObject({ code: 'USAGE', message: `Port ${port} is taken` });
  });
});

describe('a program that sends its events', () => {
  test('needs the token, and is disconnected after an invalid message', async () => {
    const inspector = await served();
    expect(await connect(inspector.receiver.replace(/pass=.*/, 'pass=guess'), {})).toBe(401);
    expect(await connect(inspector.receiver.replace(/\?.*/, ''), {})).toBe(401);
    expect(await connect(inspector.receiver, { origin: 'http://evil.example' })).toBe(403);
    const socket = await connect(inspector.receiver, {});
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const closed = new Promise<number>(resolve => socket.on('close', resolve));
    socket.send('{"type":"hello"}');
    expect(await closed).toBe(1008);
  });
});
