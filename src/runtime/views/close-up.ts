/** One plan kept in close view: looked at once, then kept current by what is heard of it. */
import type { PlanEvent } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import { type Detail, detailOf, reduceDetail } from './detail.ts';

export interface CloseUp {
  planId(): string | null;
  select(planId: string | null): void;
  /** What it comes to after some events; null when they change nothing, or nothing is known yet. */
  hear(events: readonly PlanEvent[]): Detail | null;
  /** Looks anew: what was heard so far may have gaps. */
  renew(): void;
}

/** Between two looks at a record that may be large. */
const recordMs = 500;
/** What moves a record in nothing that is not told elsewhere. */
const quiet = new Set<PlanEvent['type']>(['step.progressed', 'subplan.changed', 'checkpoint.created']);

export function closeUp(troupe: Troupe, { clock, changed }: { clock: Clock; changed(detail: Detail): void }): CloseUp {
  let selected: string | null = null;
  let detail: Detail | null = null;
  /** Heard while it is being looked at. */
  let early: PlanEvent[] | null = null;
  /** Of two looks at once the later counts. */
  let turn = 0;
  let due: (() => void) | null = null;

  function load(): void {
    const planId = selected;
    const own = ++turn;
    if (planId === null) return;
    early = [];
    void attempt(async () => {
      const looked = await detailOf(await troupe.plan(planId));
      if (own !== turn) return;
      detail = reduceDetail(looked, early ?? []);
      early = null;
      changed(detail);
    });
  }

  function refresh(): void {
    due = null;
    const planId = selected;
    const own = turn;
    if (planId === null) return;
    void attempt(async () => {
      const record = await (await troupe.plan(planId)).record();
      if (own !== turn || detail === null) return;
      detail = { ...detail, record };
      changed(detail);
    });
  }

  /** An owner that was lost is followed by a look at everything; of a plan that was cleaned up there is nothing to see. */
  async function attempt(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (thrown) {
      if (!Fault.is(thrown)) throw thrown;
    }
  }

  return {
    planId: () => selected,
    select(planId) {
      selected = planId;
      detail = null;
      due?.();
      due = null;
      load();
    },
    renew: load,
    hear(events) {
      const own = events.filter(({ planId }) => planId === selected);
      if (own.length === 0) return null;
      early?.push(...own);
      if (detail === null) return null;
      if (own.some(({ type }) => type === 'plan.rolled_back')) load();
      else if (own.some(({ type }) => !quiet.has(type))) due ??= clock.at(clock.now() + recordMs, refresh);
      detail = reduceDetail(detail, own);
      return detail;
    },
  };
}
