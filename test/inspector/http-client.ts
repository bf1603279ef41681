import { request } from 'node:http';
import type { InspectorEvent } from '../../src/inspector/state/events.ts';
import type { Inspector } from '../../src/inspector.ts';

export interface HttpResponse {
  status: number;
  body: string;
  cookie: string;
}

export function fetchText(url: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
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

/** The events of an inspector, from its download, once they are sufficient. */
export async function waitForItems(
  inspector: Inspector,
  enough: (items: InspectorEvent[]) => boolean,
): Promise<InspectorEvent[]> {
  const { cookie } = await fetchText(inspector.invite());
  for (;;) {
    const { body } = await fetchText(`${inspector.address}items.jsonl`, { cookie });
    const items = body
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as InspectorEvent);
    if (enough(items)) return items;
  }
}
