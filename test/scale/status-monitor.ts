/**
 * Listens to every event and says which of them cannot be. What is held to account:
 * 1. Ids are distinct, and a plan is created before any other event of it.
 * 2. A plan moves from its last reported state, and not from a final one.
 * 3. A subplan's status moves as statuses may, and its attempts count up one by one.
 * 4. Never more subplans of one parent running than its cap.
 * 5. No subplan running before all it depends on are complete.
 * 6. A subplan is at work only while its parent says that it is running.
 * 7. A parent's record of its subplans agrees with their last events.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PlanEvent, PlanRecord } from '../../src/index.ts';

type Spec = Extract<PlanEvent, { type: 'plan.created' }>['spec'];
type Status = PlanRecord['subplanStatuses'][number];

interface Child {
  parentId: string;
  status: Status;
  needs: string[];
}

const allowedTransitions: Readonly<Record<Status['state'], readonly Status['state'][]>> = {
  pending: ['pending', 'running', 'cancelled'],
  running: ['complete', 'failed', 'cancelled', 'pending'],
  complete: [],
  failed: [],
  cancelled: [],
};

export interface StatusMonitor {
  observe(event: PlanEvent): void;
  /** Compares a parent's record with the events. */
  compare(record: PlanRecord): void;
  readonly violations: readonly string[];
  /** The most subplans that ran at once under one parent, and the most that waited meanwhile. */
  readonly peak: { running: number; pending: number };
  readonly plans: number;
}

/** What the events have said until now. */
interface SeenPlans {
  specs: Map<string, Spec>;
  /** `<phase>.<state>` of each plan. */
  places: Map<string, string>;
  children: Map<string, Child>;
  statusesByParent: Map<string, Map<string, Status>>;
  /** What each spawn decision depends on. */
  dependencies: Map<string, readonly string[]>;
}

type Must = (holds: boolean, otherwise: string) => void;

/** `capOf` says how many subplans of a plan may run at once. */
export function createStatusMonitor(capOf: (spec: Spec) => number): StatusMonitor {
  const seen: SeenPlans = {
    specs: new Map(),
    places: new Map(),
    children: new Map(),
    statusesByParent: new Map(),
    dependencies: new Map(),
  };
  const broken: string[] = [];
  const peak = { running: 0, pending: 0 };
  const must: Must = (holds, otherwise) => {
    if (!holds) broken.push(otherwise);
  };
  return {
    violations: broken,
    peak,
    get plans() {
      return seen.specs.size;
    },
    observe(event) {
      const { planId } = event;
      const { specs, places, dependencies } = seen;
      if (event.type === 'plan.created') {
        must(!specs.has(planId), `${planId} was created twice`);
        specs.set(planId, event.spec);
        places.set(planId, 'strategize.queued');
        return;
      }
      must(specs.has(planId), `${event.type} of ${planId}, which was not created`);
      if (event.type === 'decision.recorded') {
        const { decisionId, payload } = event.decision;
        if (Array.isArray(payload.dependencies)) dependencies.set(decisionId, payload.dependencies as string[]);
      }
      if (event.type === 'subplan.changed') {
        checkStatus(seen, planId, event.status, must);
        if (event.status.state === 'running') checkSiblings(seen, planId, event.status, { must, peak, capOf });
      }
      if (event.type === 'plan.phase_changed') checkPhase(seen, event, must);
    },
    compare(record) {
      const statuses = seen.statusesByParent.get(record.planId) ?? new Map<string, Status>();
      for (const status of record.subplanStatuses) {
        must(
          isDeepStrictEqual(status, statuses.get(status.planId)),
          `the record of ${record.planId} says "${status.goal}" is ${status.state}, the events ${statuses.get(status.planId)?.state}`,
        );
      }
      must(
        record.subplanStatuses.length === statuses.size,
        `${record.planId} lists ${record.subplanStatuses.length} subplans, not ${statuses.size}`,
      );
    },
  };
}

/** A status moves as statuses may, and its attempts count up one by one. */
function checkStatus(seen: SeenPlans, parentId: string, status: Status, must: Must): void {
  const { planId, goal, state } = status;
  const before = seen.children.get(planId)?.status;
  if (before === undefined) must(state === 'pending' || state === 'complete', `"${goal}" begins as ${state}`);
  else {
    must(allowedTransitions[before.state].includes(state), `"${goal}" went from ${before.state} to ${state}`);
    const isNext = before.state === 'pending' && state === 'running' && before.attempts.length > 0;
    const expected = isNext ? before.attempt + 1 : before.attempt;
    must(status.attempt === expected, `"${goal}" is at attempt ${status.attempt}, not ${expected}`);
  }
  const needs = seen.dependencies.get(status.decisionId) ?? [];
  seen.children.set(planId, { parentId, status, needs: [...needs] });
  const siblings = seen.statusesByParent.get(parentId) ?? new Map<string, Status>();
  seen.statusesByParent.set(parentId, siblings.set(planId, status));
}

/** No more than the cap run, and none before all it depends on are complete. */
function checkSiblings(
  { specs, children, statusesByParent }: SeenPlans,
  parentId: string,
  { planId, goal }: Status,
  { must, peak, capOf }: { must: Must; peak: StatusMonitor['peak']; capOf: (spec: Spec) => number },
): void {
  const all = [...(statusesByParent.get(parentId)?.values() ?? [])];
  const running = all.filter(each => each.state === 'running').length;
  peak.running = Math.max(peak.running, running);
  peak.pending = Math.max(peak.pending, all.filter(each => each.state === 'pending').length);
  const parent = specs.get(parentId);
  must(parent !== undefined && running <= capOf(parent), `${running} subplans of ${parentId} run at once`);
  for (const needed of children.get(planId)?.needs ?? []) {
    const other = all.find(each => each.decisionId === needed);
    must(other?.state === 'complete', `"${goal}" runs before "${other?.goal ?? needed}" is complete`);
  }
}

/** A plan moves from its last reported state, and a subplan is at work only while its parent says so. */
function checkPhase(
  { places, children }: SeenPlans,
  { planId, ...event }: Extract<PlanEvent, { type: 'plan.phase_changed' }>,
  must: Must,
): void {
  const from = `${event.from.phase}.${event.from.state}`;
  must(places.get(planId) === from, `${planId} was at ${places.get(planId)} and leaves ${from}`);
  must(!/applied|cancelled/.test(from), `${planId} left ${from}`);
  places.set(planId, `${event.to.phase}.${event.to.state}`);
  const child = children.get(planId);
  if (child !== undefined && event.to.state === 'processing')
    must(child.status.state === 'running', `"${child.status.goal}" is at work while it is ${child.status.state}`);
}
