/** What a plan and those below it printed: their logs as one, in the order of printing, as far as wanted and as it grows. */
import type { LogLine, LogOptions } from '../../model/log-line.ts';
import type { LogReader, Logs } from '../../ports/logs.ts';
import { waitUntilIdle } from '../events/plan-events.ts';
import type { PlanHost } from './plan-handle.ts';
import { subtreeIds } from './plan-tree.ts';

/** Of one line in an error. */
const charactersMax = 300;

type LogReadOptions = LogOptions & { signal?: AbortSignal };

/** The lines of a plan's tree. @throws {TroupeError} UNKNOWN_PLAN */
export async function* readLogs(host: PlanHost, planId: string, options: LogReadOptions = {}): AsyncIterable<LogLine> {
  const { follow = false, rests = false, subplans = true, only, signal } = options;
  const done = new AbortController();
  const stopped = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const merged = mergeLogs(host.logs);
  const isShown = (id: string) => only === undefined || only.includes(id);
  const planIds = new Set([planId]);
  // Before the plans are listed: one that is made meanwhile is not missed.
  const unsubscribe = host.eventBus.subscribeSync(events => {
    for (const event of events) {
      if (event.type !== 'plan.created' || event.spec.parentPlanId === null) continue;
      if (!subplans || !planIds.has(event.spec.parentPlanId)) continue;
      planIds.add(event.planId);
      if (isShown(event.planId)) merged.add(event.planId);
    }
  });
  try {
    if (subplans) for (const id of subtreeIds(planId, await host.ledger.records())) planIds.add(id);
    for (const id of planIds) if (isShown(id)) merged.add(id);
    if (follow && !rests) {
      void waitUntilIdle(host, planId, { signal: done.signal })
        .catch(() => undefined)
        .finally(() => done.abort());
    }
    yield* readMergedLines(host.logs, merged, { ...options, follow, signal: stopped });
  } finally {
    unsubscribe();
    done.abort();
  }
}

/** The last lines a plan and those below it printed, without what Troupe noted itself; each cut where it is long. */
export async function lastLines(
  { logs, ledger }: Pick<PlanHost, 'logs' | 'ledger'>,
  planId: string,
  limit: number,
): Promise<string[]> {
  const planIds = subtreeIds(planId, await ledger.records());
  const lines = (await Promise.all([...planIds].map(id => logs.tail(id, 4 * limit)))).flat();
  return lines
    .filter(({ step, text }) => step !== 'troupe' && text.trim() !== '')
    .sort((left, right) => (left.at < right.at ? -1 : 1))
    .slice(-limit)
    .map(({ text }) => (text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text));
}

/** Those lines of merged logs that are wanted; with `follow` also what comes, until the signal or the end of the logs. */
export async function* readMergedLines(
  logs: Logs,
  merged: MergedLogs,
  { steps, since = '', after = '', tail, follow = false, signal }: LogReadOptions = {},
): AsyncIterable<LogLine> {
  const isWanted = ({ at, step }: LogLine) =>
    (at === '' || (at >= since && at > after)) && (steps === undefined || steps.includes(step));
  const tailLines: LogLine[] = [];
  let isHistory = tail !== undefined;
  while (true) {
    const known = logs.latestAt();
    // Looked at before the lines are read: what was printed by then is among them.
    const isLast = !follow || signal?.aborted || logs.isClosed();
    for (let line = await merged.next(); line !== null; line = await merged.next()) {
      if (!isWanted(line)) continue;
      if (!isHistory) yield line;
      else if (tailLines.push(line) > Number(tail)) tailLines.shift();
    }
    if (isHistory) yield* tailLines.splice(0);
    isHistory = false;
    if (isLast) return;
    if (logs.latestAt() === known) await logs.waitForLines(signal);
  }
}

export interface MergedLogs {
  add(planId: string): void;
  /** The next line of all; null when there is none for now. */
  next(): Promise<LogLine | null>;
}

interface LogSource {
  reader: LogReader;
  head: LogLine | null;
}

/**
 * Logs of several plans as one. A line is handed out only once all that were printed before it can be read, so the stamp of the
 * last one says where to go on.
 */
export function mergeLogs(logs: Logs, planIds: readonly string[] = []): MergedLogs {
  const planIdsAdded = new Set<string>();
  /** Those with a line to hand out, the next to come last. */
  const waiting: LogSource[] = [];
  /** Those that had none when they were last asked. */
  let exhausted: LogSource[] = [];
  let until: string | null = null;

  const insert = (source: LogSource) => {
    const at = source.head?.at ?? '';
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((waiting[middle]?.head?.at ?? '') > at) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, source);
  };
  const fill = async (source: LogSource) => {
    source.head = await source.reader.next();
    if (source.head === null) exhausted.push(source);
    else insert(source);
  };

  const add = (planId: string) => {
    if (planIdsAdded.has(planId)) return;
    planIdsAdded.add(planId);
    exhausted.push({ reader: logs.open(planId), head: null });
  };
  for (const planId of planIds) add(planId);

  return {
    add,
    async next() {
      if (until === null) {
        until = logs.latestAt();
        const retried = exhausted;
        exhausted = [];
        for (const source of retried) await fill(source);
      }
      const source = waiting.pop();
      const line = source?.head ?? null;
      if (source === undefined || line === null) {
        until = null;
        return null;
      }
      // Written since this round began: another log may hold an earlier line that was not there when it was asked.
      if (line.at > until && line.at <= logs.latestAt()) {
        waiting.push(source);
        until = null;
        return null;
      }
      await fill(source);
      return line;
    },
  };
}
