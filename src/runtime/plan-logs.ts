/** What a plan and those below it printed: their logs as one, in the order of printing, as far as wanted and as it grows. */
import type { LogLine, LogOptions } from '../model/log-line.ts';
import type { LogReader, Logs } from '../ports/logs.ts';
import { familyOf } from './family.ts';
import { settled } from './follow.ts';
import type { PlanHost } from './plan-handle.ts';

/** Of one line in an error. */
const charactersMax = 300;

type Reading = LogOptions & { signal?: AbortSignal };

/** The lines of a plan's tree. @throws {Fault} UNKNOWN_PLAN */
export async function* readLogs(host: PlanHost, planId: string, options: Reading = {}): AsyncIterable<LogLine> {
  const { follow = false, rests = false, subplans = true, only, signal } = options;
  const over = new AbortController();
  const stopped = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const merged = mergedLogs(host.logs);
  const isShown = (id: string) => only === undefined || only.includes(id);
  const family = new Set([planId]);
  // Before the plans are listed: one that is made meanwhile is not missed.
  const leave = host.feed.tap(events => {
    for (const event of events) {
      if (event.type !== 'plan.created' || event.spec.parentPlanId === null) continue;
      if (!subplans || !family.has(event.spec.parentPlanId)) continue;
      family.add(event.planId);
      if (isShown(event.planId)) merged.add(event.planId);
    }
  });
  try {
    if (subplans) for (const id of familyOf(planId, await host.ledger.records())) family.add(id);
    for (const id of family) if (isShown(id)) merged.add(id);
    if (follow && !rests) {
      void settled(host, planId, { signal: over.signal })
        .catch(() => undefined)
        .finally(() => over.abort());
    }
    yield* linesOf(host.logs, merged, { ...options, follow, signal: stopped });
  } finally {
    leave();
    over.abort();
  }
}

/** The last lines a plan and those below it printed, without what Troupe noted itself; each cut where it is long. */
export async function lastLines(
  { logs, ledger }: Pick<PlanHost, 'logs' | 'ledger'>,
  planId: string,
  most: number,
): Promise<string[]> {
  const family = familyOf(planId, await ledger.records());
  const lines = (await Promise.all([...family].map(id => logs.last(id, 4 * most)))).flat();
  return lines
    .filter(({ step, text }) => step !== 'troupe' && text.trim() !== '')
    .sort((left, right) => (left.at < right.at ? -1 : 1))
    .slice(-most)
    .map(({ text }) => (text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text));
}

/** Those lines of merged logs that are wanted; with `follow` also what comes, until the signal or the end of the logs. */
export async function* linesOf(
  logs: Logs,
  merged: MergedLogs,
  { steps, since = '', after = '', tail, follow = false, signal }: Reading = {},
): AsyncIterable<LogLine> {
  const isWanted = ({ at, step }: LogLine) =>
    (at === '' || (at >= since && at > after)) && (steps === undefined || steps.includes(step));
  const held: LogLine[] = [];
  let isHistory = tail !== undefined;
  while (true) {
    const known = logs.reached();
    // Looked at before the lines are read: what was printed by then is among them.
    const isLast = !follow || signal?.aborted || logs.isClosed();
    for (let line = await merged.next(); line !== null; line = await merged.next()) {
      if (!isWanted(line)) continue;
      if (!isHistory) yield line;
      else if (held.push(line) > Number(tail)) held.shift();
    }
    if (isHistory) yield* held.splice(0);
    isHistory = false;
    if (isLast) return;
    if (logs.reached() === known) await logs.grown(signal);
  }
}

export interface MergedLogs {
  add(planId: string): void;
  /** The next line of all; null when there is none for now. */
  next(): Promise<LogLine | null>;
}

interface Source {
  reader: LogReader;
  head: LogLine | null;
}

/**
 * Logs of several plans as one. A line is handed out only once all that were printed before it can be read, so the stamp of the
 * last one says where to go on.
 */
export function mergedLogs(logs: Logs, planIds: readonly string[] = []): MergedLogs {
  const known = new Set<string>();
  /** Those with a line to hand out, the next to come last. */
  const waiting: Source[] = [];
  /** Those that had none when they were last asked. */
  let dry: Source[] = [];
  let until: string | null = null;

  const place = (source: Source) => {
    const at = source.head?.at ?? '';
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((waiting[middle]?.head?.at ?? '') > at) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, source);
  };
  const fill = async (source: Source) => {
    source.head = await source.reader.next();
    if (source.head === null) dry.push(source);
    else place(source);
  };

  const add = (planId: string) => {
    if (known.has(planId)) return;
    known.add(planId);
    dry.push({ reader: logs.open(planId), head: null });
  };
  for (const planId of planIds) add(planId);

  return {
    add,
    async next() {
      if (until === null) {
        until = logs.reached();
        const asked = dry;
        dry = [];
        for (const source of asked) await fill(source);
      }
      const source = waiting.pop();
      const line = source?.head ?? null;
      if (source === undefined || line === null) {
        until = null;
        return null;
      }
      // Written since this round began: another log may hold an earlier line that was not there when it was asked.
      if (line.at > until && line.at <= logs.reached()) {
        waiting.push(source);
        until = null;
        return null;
      }
      await fill(source);
      return line;
    },
  };
}
