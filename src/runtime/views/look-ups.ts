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
    try {
      const record = await (await troupe.plan(line.planId)).record();
      // Heard of meanwhile: what was read may be older than that.
      if (lines()[line.planId] !== line || heardAt.has(line.planId)) return;
      found({ ...lineOf(record), since: line.since, note: line.note });
    } catch (thrown) {
      // An owner that was lost is followed by a look at everything; a plan that was cleaned up is of no interest.
      if (!Fault.is(thrown)) throw thrown;
    }
  }

  return {
    hear(events) {
      for (const { planId } of events) {
        const line = lines()[planId];
        if (line !== undefined && isUnlooked(line)) heardAt.set(planId, clock.now());
        else heardAt.delete(planId);
      }
      wait();
    },
    close() {
      due?.();
      heardAt.clear();
    },
  };
}
