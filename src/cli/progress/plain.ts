import { formatDuration } from '../../presentation/duration.ts';
import { formatEvent } from '../../presentation/event-message.ts';
import {
  type ActivityByPlan,
  activityUsage,
  applyEvent,
  applyLogLine,
  processingPlans as atWork,
  type PlanActivity,
} from '../../presentation/plan-activity.ts';
import { pluralize } from '../../presentation/units.ts';
import type { Io } from '../io.ts';
import { promptLine } from '../prompts/prompt.ts';
import { progressWithEta } from './eta.ts';
import type { Progress } from './progress.ts';

/** After this time without output a line says that work continues: CI systems end silent jobs. */
export const heartbeatMs = 30_000;
/** A line of a heartbeat names this many plans. */
const notesMax = 3;

/**
 * Progress for logs and pipes: one line per event, and a heartbeat. Never changes printed lines; while a question is
 * open, lines wait until it is answered.
 */
export function createPlainProgress(io: Io, options: { verbose: boolean }): Progress {
  const plans: ActivityByPlan = new Map();
  const started = io.now();
  let lastOutputAt = started;
  let deferred: (() => void)[] | null = null;
  const above = (write: () => void) => (deferred === null ? write() : void deferred.push(write));
  const write = (line: string) => {
    lastOutputAt = io.now();
    above(() => io.stderr.write(`${line}\n`));
  };
  const stop = io.every(1_000, () => {
    if (io.now() - lastOutputAt < heartbeatMs) return;
    const running = atWork(plans);
    const more = [progressWithEta(plans, io.now()), activityUsage(plans.values()), ...notesOf(running)].filter(Boolean);
    const since = formatDuration(io.now() - started);
    write(
      `still at work: ${pluralize(running.length, 'plan')} running after ${since}${more.map(each => `; ${each}`).join('')}`,
    );
  });
  return {
    showEvent(event) {
      applyEvent(plans, event);
      const sentence = formatEvent(event, plans);
      if (sentence !== null && (!sentence.verbose || options.verbose)) write(sentence.text);
    },
    showLogLine: line => applyLogLine(plans, line),
    skipEvent: event => applyEvent(plans, event),
    captureKeys: () => () => undefined,
    async ask(question, { signal }) {
      deferred = [];
      try {
        return await promptUnlessAborted(io, question, signal);
      } finally {
        const late = deferred;
        deferred = null;
        for (const each of late) each();
      }
    },
    writeAbove: above,
    close: stop,
  };
}

/** What some of the agents at work are doing. */
function notesOf(rows: readonly PlanActivity[]): string[] {
  const noted = rows.filter(({ note }) => note !== '').slice(0, notesMax);
  return noted.map(({ goal, note }) => `${goal}: ${note}`);
}

/** No output, except questions. */
export function createSilentProgress(io: Io): Progress {
  return {
    showEvent() {},
    showLogLine() {},
    skipEvent() {},
    captureKeys: () => () => undefined,
    ask: (question, { signal }) => promptUnlessAborted(io, question, signal),
    writeAbove: write => write(),
    close() {},
  };
}

async function promptUnlessAborted(io: Io, question: string, signal: AbortSignal): Promise<string | null | undefined> {
  try {
    return await promptLine(io, question, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    io.stderr.write('\n');
    return undefined;
  }
}
