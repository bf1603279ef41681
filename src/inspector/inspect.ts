import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Chart, type DurableSystem, traceOf } from '../durable.ts';
import { Fault, redact, type Troupe } from '../index.ts';
import { actorItems } from './server/actor-items.ts';
import { readAssets } from './server/assets.ts';
import { deskOf } from './server/desk.ts';
import { draughtsman } from './server/draughtsman.ts';
import { linesOf, reportOf } from './server/export.ts';
import { fromTroupe } from './server/from-troupe.ts';
import { gateOf } from './server/gate.ts';
import { Hub } from './server/hub.ts';
import { serve } from './server/serve.ts';
import { receiving } from './stately/receive.ts';
import { sending } from './stately/send.ts';

export interface InspectorOptions {
  /** Plans to look at, of this process or another. */
  troupe?: Troupe;
  /** Or: the actors of a durable system of your own. */
  system?: Pick<DurableSystem, 'watch'>;
  /** What the page is headed with. @default 'Troupe' */
  title?: string;
  /** Take orders from the page: execute, apply, resolve, roll back, fork, pause, cancel. @default false */
  control?: boolean;
  /** @default one that is free */
  port?: number;
  /** Address (`ws://…`) of a viewer of the standard protocol, which is told as well. */
  stately?: string;
  /** What ended an onlooker that should not have ended. @default ignored */
  onError?: (fault: Fault) => void;
}

export interface Inspector extends AsyncDisposable {
  /** Where the page is, without what opens it. */
  readonly address: string;
  /** Where a stock `createWebSocketInspector` sends its machines' events: with a pass. */
  readonly receiver: string;
  /** An address that opens the page once; whoever opened it comes back without it. */
  invite(): string;
  /** Resolves once nothing was told for half a second, or after ten: what there was to tell is told. */
  quiet(): Promise<void>;
  /** All there is to see, as one HTML document that opens from a file. */
  report(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves the inspector's page on 127.0.0.1. What it shows is what is on disk, without credentials; nobody is let in without
 * an invitation, and nothing can be changed from it unless `control` is true.
 *
 * @example
 * const inspector = await serveInspector({ system });
 * console.log(inspector.invite());
 * @throws {Fault} USAGE when the port is taken; INTERNAL when the page was not compiled
 */
export async function serveInspector(options: InspectorOptions): Promise<Inspector> {
  const { troupe, system, title = 'Troupe', control = false, onError = () => undefined } = options;
  const assets = readAssets();
  const hub = new Hub();
  const draws = draughtsman();
  const desk = deskOf(troupe ?? null, { control });
  const stop = new AbortController();
  const { signal } = stop;
  let chartCount = 0;
  const charts = () => ++chartCount;
  const actors = actorItems(hub, draws, { prefix: 'a/', charts });
  const version = '1';

  let port = 0;
  const gate = gateOf({ port: () => port });
  const plans = troupe !== undefined;
  const report = () => reportOf({ hub, desk, assets, title, plans, version, now: Date.now() });
  const definitions = new Map<string, number>();
  const numberOf = (definition: string, chart: Chart): number => {
    const known = definitions.get(definition);
    if (known !== undefined) return known;
    const number = charts();
    definitions.set(definition, number);
    void draws.draw(chart).then(picture => hub.add([{ type: 'chart', chart: number, picture }]));
    return number;
  };
  const serving = await serve({
    ...{ hub, desk, gate, assets },
    port: options.port ?? 0,
    welcome: { version, title, control, plans },
    downloads: {
      '/report.html': { type: 'text/html; charset=utf-8', file: 'troupe-report.html', make: report },
      '/items.jsonl': {
        type: 'application/jsonl; charset=utf-8',
        file: 'troupe-items.jsonl',
        make: () => linesOf(hub),
      },
    },
    stately(socket) {
      const client = receiving({ prefix: `${randomUUID().slice(0, 8)}/`, book: hub.book, numberOf });
      socket.on('error', () => socket.terminate());
      socket.on('close', () => hub.add(client.ended()));
      socket.on('message', data => {
        const items = client.receive(parsed(String(data)));
        if (items === null) socket.close(1008, 'not of the protocol');
        else hub.add(items);
      });
    },
  });
  port = serving.port;
  const address = `http://127.0.0.1:${port}/`;

  const watching = [
    ...(troupe === undefined ? [] : [fromTroupe({ troupe, hub, actors, signal })]),
    ...(system === undefined ? [] : [follow(system, { actors, signal })]),
  ].map(work => work.catch(thrown => onError(Fault.revive(Fault.store(thrown)))));
  const viewer = options.stately === undefined ? null : tell(hub, options.stately, onError);

  let closing: Promise<void> | null = null;
  const close = async () => {
    stop.abort();
    viewer?.close();
    await serving.close();
    hub.close();
    await draws.close();
    await Promise.all(watching);
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    address,
    receiver: `ws://127.0.0.1:${port}/stately?pass=${gate.pass}`,
    invite: () => `${address}?token=${gate.invitation()}`,
    quiet: () => hub.quiet(),
    report,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

async function follow(
  system: Pick<DurableSystem, 'watch'>,
  { actors, signal }: { actors: ReturnType<typeof actorItems>; signal: AbortSignal },
): Promise<void> {
  const clean = (text: string) => redact(text, new Set());
  for await (const batch of traceOf(system, { signal, clean })) actors.add(batch);
}

/** A viewer elsewhere, for as long as it listens. */
function tell(hub: Hub, address: string, onError: (fault: Fault) => void): WebSocket {
  const socket = new WebSocket(address);
  let stop = () => {};
  socket.on('open', () => {
    stop = hub.listen(sending(hub.book, event => socket.send(JSON.stringify(event))));
  });
  socket.on('close', () => stop());
  socket.on('error', thrown => {
    stop();
    onError(new Fault('USAGE', `No viewer listens at ${address}: ${thrown.message}`, { where: address }));
  });
  return socket;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
