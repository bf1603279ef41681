import { request } from 'node:http';
import type { Item } from '../../src/inspector/book/item.ts';
import type { Inspector } from '../../src/inspector.ts';

export interface Fetched {
  status: number;
  body: string;
  cookie: string;
}

export function fetched(url: string, headers: Record<string, string> = {}): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, response => {
      let body = '';
      response.on('data', chunk => {
        body += String(chunk);
      });
      response.on('end', () => {
        const cookie = String(response.headers['set-cookie']?.[0]?.split(';')[0]);
        resolve({ status: response.statusCode ?? 0, body, cookie });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** What an inspector was told, as its download has it, once that is enough. */
export async function linesWhen(inspector: Inspector, enough: (items: Item[]) => boolean): Promise<Item[]> {
  const { cookie } = await fetched(inspector.invite());
  for (;;) {
    const { body } = await fetched(`${inspector.address}items.jsonl`, { cookie });
    const items = body
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Item);
    if (enough(items)) return items;
  }
}
