/** What events do not say of a plan that stands still: whether it rests, and what leads on. Asked of its record. */
import type { PlanEvent } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import { isUnlooked, lineOf, type PlanLine } from './plan-line.ts';
import type { Plans } from './plans.ts';

export interface LookUps {
  hear(events: readonly PlanEvent[]): void;
  close(): void;
}

/** How long nothing must be heard of a plan: most only pass through where they might rest. */
const stillMs = 150;

export function lookUps(
  troupe: Troupe,
  options: { clock: Clock; lines(): Plans; found(line: PlanLine): void },
): LookUps {
  const { clock, lines, found } = options;
  /** Plans to look at, and when they were last heard of. */
  const heardAt = new Map<string, number>();
  let due: (() => void) | null = null;
  /** Plans that stand still and do not rest yet: they may come to rest without a word. */
  const waits = new Map<string, AbortController>();

  function wait(): void {
    if (heardAt.size > 0) due ??= clock.at(Math.min(...heardAt.values()) + stillMs, look);
  }

  function look(): void {
    due = null;
    for (const [planId, at] of heardAt) {
      if (at + stillMs > clock.now()) continue;
      heardAt.delete(planId);
      const line = lines()[planId];
      if (line !== undefined && isUnlooked(line)) void ask(line);
    }
    wait();
  }

  async function ask(line: PlanLine): Promise<void> {
    const { planId } = line;
    // Heard of meanwhile: what was read may be older than that.
    const isStale = () => lines()[planId] !== line || heardAt.has(planId);
    const waiting = new AbortController();
    waits.get(planId)?.abort();
    waits.set(planId, waiting);
    try {
      const plan = await troupe.plan(planId);
      const record = await plan.record();
      if (isStale()) return;
      const settled = record.resting ? record : await plan.settled({ signal: waiting.signal });
      if (!isStale()) found({ ...lineOf(settled), since: line.since, note: line.note });
    } catch (thrown) {
      // An owner that was lost is followed by a look at everything; a plan that was cleaned up is of no interest.
      if (!Fault.is(thrown)) throw thrown;
    } finally {
      if (waits.get(planId) === waiting) waits.delete(planId);
    }
  }

  function forget(planId: string): void {
    waits.get(planId)?.abort();
    waits.delete(planId);
  }

  return {
    hear(events) {
      for (const { planId } of events) {
        forget(planId);
        const line = lines()[planId];
        if (line !== undefined && isUnlooked(line)) heardAt.set(planId, clock.now());
        else heardAt.delete(planId);
      }
      wait();
    },
    close() {
      due?.();
      heardAt.clear();
      for (const planId of [...waits.keys()]) forget(planId);
    },
  };
}
