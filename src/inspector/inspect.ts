import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Chart, type DurableSystem, traceActors } from '../durable.ts';
import { redact, type Troupe, TroupeError } from '../index.ts';
import { createAccessControl } from './server/access.ts';
import { createActorEventSink } from './server/actor-events.ts';
import { readAssets } from './server/assets.ts';
import { type Broadcaster, createBroadcaster } from './server/broadcaster.ts';
import { createReport, toJsonLines } from './server/export.ts';
import { type ChartLayouter, createChartLayouter } from './server/layout-worker.ts';
import { createMachineCharts } from './server/machine-charts.ts';
import { followTroupe } from './server/plan-source.ts';
import { createRequestHandler } from './server/request-handler.ts';
import { type ServerOptions, startServer } from './server/server.ts';
import { createStatelyReceiver } from './stately/receive-stately-events.ts';
import { createStatelySender } from './stately/send-stately-events.ts';

/** Version of the messages between the server and its pages. */
const version = '1';

/** Options of {@link serveInspector}: a Troupe or a durable system. */
export interface InspectorOptions {
  /** Plans to show, of this process or another. */
  troupe?: Troupe;
  /** Or the actors of your own durable system. */
  system?: Pick<DurableSystem, 'subscribeToActors'>;
  /** Heading of the page. @default 'Troupe' */
  title?: string;
  /** Accept commands from the page: execute, apply, resolve, roll back, fork, pause, cancel. @default false */
  control?: boolean;
  /** @default a free port */
  port?: number;
  /** Address (`ws://…`) of a viewer of the Stately inspection protocol that receives the same events. */
  stately?: string;
  /** Called with an error that ended a listener unexpectedly. @default ignored */
  onError?: (error: TroupeError) => void;
}

/** A running inspector. */
export interface Inspector extends AsyncDisposable {
  /** The page's address, without an invitation. */
  readonly address: string;
  /** The address, with its token, for a standard `createWebSocketInspector`. */
  readonly receiver: string;
  /** Returns an address that opens the page once; the browser then has a cookie. */
  invite(): string;
  /** Resolves after half a second without events, or after ten seconds. */
  waitUntilQuiet(): Promise<void>;
  /** Returns everything as one HTML document that opens from a file. */
  report(): Promise<string>;
  close(): Promise<void>;
}

/** See the entry point `troupe/inspector`, which loads this file with the packages it needs. */
export async function serveInspector(options: InspectorOptions): Promise<Inspector> {
  const { troupe, system, title = 'Troupe', control = false, onError = () => undefined } = options;
  const assets = readAssets();
  const broadcaster = createBroadcaster();
  const layouter = createChartLayouter();
  const handler = createRequestHandler(troupe ?? null, { control, charts: createMachineCharts(layouter) });
  const stop = new AbortController();
  const { signal } = stop;
  const charts = createChartNumbers(broadcaster, layouter);
  const actors = createActorEventSink(broadcaster, layouter, { prefix: 'a/', charts: charts.next });

  let port = 0;
  const access = createAccessControl({ port: () => port });
  const plans = troupe !== undefined;
  const report = () => createReport({ broadcaster, handler, assets, title, plans, version, now: Date.now() });
  const serving = await startServer({
    ...{ broadcaster, handler, access, assets },
    port: options.port ?? 0,
    welcome: { version, title, control, plans },
    downloads: downloadsOf(broadcaster, report),
    stately: socket => receiveStately(socket, broadcaster, charts),
  });
  port = serving.port;
  const address = `http://127.0.0.1:${port}/`;

  const watching = [
    ...(troupe === undefined ? [] : [followTroupe({ troupe, broadcaster, actors, signal })]),
    ...(system === undefined ? [] : [followSystem(system, { actors, signal })]),
  ].map(work => work.catch(thrown => onError(TroupeError.deserialize(TroupeError.serialize(thrown)))));
  const viewer = options.stately === undefined ? null : connectViewer(broadcaster, options.stately, onError);

  let closing: Promise<void> | null = null;
  const close = async () => {
    stop.abort();
    viewer?.close();
    await serving.close();
    broadcaster.close();
    await layouter.close();
    await Promise.all(watching);
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    address,
    receiver: `ws://127.0.0.1:${port}/stately?pass=${access.receiverToken}`,
    invite: () => `${address}?token=${access.invitation()}`,
    waitUntilQuiet: () => broadcaster.waitUntilQuiet(),
    report,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

interface ChartNumbers {
  next(): number;
  /** Number of a chart that a page receives only its definition of; the same definition has one number. */
  numberOf(definition: string, chart: Chart): number;
}

/** Numbers the charts of one server: those of its own actors, and those that other programs send. */
function createChartNumbers(broadcaster: Broadcaster, layouter: ChartLayouter): ChartNumbers {
  const definitions = new Map<string, number>();
  let count = 0;
  const next = () => ++count;
  return {
    next,
    numberOf(definition, chart) {
      const known = definitions.get(definition);
      if (known !== undefined) return known;
      const number = next();
      definitions.set(definition, number);
      void layouter.layout(chart).then(picture => broadcaster.add([{ type: 'chart', chart: number, picture }]));
      return number;
    },
  };
}

function downloadsOf(broadcaster: Broadcaster, report: () => Promise<string>): ServerOptions['downloads'] {
  return {
    '/report.html': { type: 'text/html; charset=utf-8', file: 'troupe-report.html', make: report },
    '/items.jsonl': {
      type: 'application/jsonl; charset=utf-8',
      file: 'troupe-items.jsonl',
      make: () => toJsonLines(broadcaster),
    },
  };
}

/** Adds what another program sends over the Stately inspection protocol. */
function receiveStately(socket: WebSocket, broadcaster: Broadcaster, { numberOf }: ChartNumbers): void {
  const client = createStatelyReceiver({
    prefix: `${randomUUID().slice(0, 8)}/`,
    store: broadcaster.store,
    numberOf,
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => broadcaster.add(client.disconnect()));
  socket.on('message', data => {
    const items = client.receive(parsed(String(data)));
    if (items === null) socket.close(1008, 'not of the protocol');
    else broadcaster.add(items);
  });
}

async function followSystem(
  system: Pick<DurableSystem, 'subscribeToActors'>,
  { actors, signal }: { actors: ReturnType<typeof createActorEventSink>; signal: AbortSignal },
): Promise<void> {
  const clean = (text: string) => redact(text, new Set());
  for await (const batch of traceActors(system, { signal, redact: clean })) actors.add(batch);
}

/** Sends events to an external viewer while it listens. */
function connectViewer(broadcaster: Broadcaster, address: string, onError: (error: TroupeError) => void): WebSocket {
  const socket = new WebSocket(address);
  let stop = () => {};
  socket.on('open', () => {
    stop = broadcaster.subscribe(createStatelySender(broadcaster.store, event => socket.send(JSON.stringify(event))));
  });
  socket.on('close', () => stop());
  socket.on('error', thrown => {
    stop();
    onError(new TroupeError('USAGE', `No viewer listens at ${address}: ${thrown.message}`, { where: address }));
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
