/** The merged logs of a plan and its subplans, in order, filtered and optionally followed. */

import { isOutputStep, type LogLine, type LogOptions, outputStepOf } from '../../model/log-line.ts';
import { ascending } from '../../model/text-order.ts';
import type { LogReader, Logs } from '../../ports/logs.ts';
import { waitUntilIdle } from '../events/plan-events.ts';
import type { PlanHost } from './plan-host.ts';
import { subtreeIds } from './plan-tree.ts';

/** Maximum length of one line in an error. */
const charactersMax = 300;

type LogReadOptions = LogOptions & { signal?: AbortSignal };

/** Yields the log lines of a plan's tree. @throws {TroupeError} UNKNOWN_PLAN */
export async function* readLogs(host: PlanHost, planId: string, options: LogReadOptions = {}): AsyncIterable<LogLine> {
  const { follow = false, rests = false, subplans = true, only, signal } = options;
  const done = new AbortController();
  const stopped = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const merged = mergeLogs(host.logs);
  const isShown = (id: string) => only === undefined || only.includes(id);
  const planIds = new Set([planId]);
  // Subscribe before listing the plans, so that a plan created meanwhile is not missed.
  const unsubscribe = host.eventBus.subscribeSync(events => {
    for (const event of events) {
      if (event.type !== 'plan.created' || event.spec.parentPlanId === null) continue;
      if (!subplans || !planIds.has(event.spec.parentPlanId)) continue;
      planIds.add(event.planId);
      if (isShown(event.planId)) merged.add(event.planId);
    }
  });
  try {
    if (subplans) for (const id of subtreeIds(planId, await host.ledger.relatives(planId))) planIds.add(id);
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

/** Returns the last lines of a plan and its subplans, without Troupe's own, each truncated when long. */
export async function lastLines(
  { logs, ledger }: Pick<PlanHost, 'logs' | 'ledger'>,
  planId: string,
  limit: number,
): Promise<string[]> {
  const planIds = subtreeIds(planId, await ledger.relatives(planId));
  const lines = (await Promise.all([...planIds].map(id => logs.tail(id, 4 * limit)))).flat();
  return lines
    .filter(({ step, text }) => step !== 'troupe' && !isOutputStep(step) && text.trim() !== '')
    .sort(ascending(({ at }) => at))
    .slice(-limit)
    .map(({ text }) => (text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text));
}

/** Yields the selected lines of merged logs; with `follow` also new ones, until the signal aborts or the logs close. */
export async function* readMergedLines(
  logs: Logs,
  merged: MergedLogs,
  { output = false, steps, since = '', after = '', tail, follow = false, signal }: LogReadOptions = {},
): AsyncIterable<LogLine> {
  const isWanted = ({ at, step }: LogLine) =>
    (at === '' || (at >= since && at > after)) &&
    (output || !isOutputStep(step)) &&
    (steps === undefined || steps.some(wanted => wanted === step || outputStepOf(wanted) === step));
  const tailLines: LogLine[] = [];
  let isHistory = tail !== undefined;
  while (true) {
    const known = logs.latestAt();
    // Check before reading: lines printed by then are included.
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
  /** Returns the next line of all logs; null when there is none yet. */
  next(): Promise<LogLine | null>;
}

interface LogSource {
  reader: LogReader;
  head: LogLine | null;
}

/**
 * Merges the logs of several plans. A line is returned only once all earlier ones can be read, so that reading can
 * continue from the time of the last one.
 */
export function mergeLogs(logs: Logs, planIds: readonly string[] = []): MergedLogs {
  const planIdsAdded = new Set<string>();
  /** Logs with a pending line, the next one last. */
  const waiting: LogSource[] = [];
  /** Logs that had no line at the last check. */
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
      // Written since this round started: another log may have an earlier line that was not there at its check.
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
