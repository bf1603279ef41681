/**
 * What plans spend, and what they may. Each plan has a pocket; what an agent spends comes out of the pocket of its plan
 * and of every plan above it, so that a budget holds for a whole tree. Held in memory beside the store, which has one
 * owner; what changed is written in the batch of the next fact, a tool call in that of its own.
 */
import { type Budget, exhausted, nothingSpent, type Spent, spentMore, type Usage } from '../model/budget.ts';
import type { PlanEvent } from '../model/event.ts';
import type { Fault } from '../model/fault.ts';
import type { PlanRecord, PlanSpec } from '../model/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Purse } from '../ports/purse.ts';
import type { Operation, Store } from '../ports/store.ts';
import { keys } from './keys.ts';

export interface KeptPurse extends Purse {
  /** The rows that a fact adds to the batch of its turn. */
  rowsOf(fact: PlanEvent): Operation[];
}

type Owner = Pick<PlanSpec, 'budget' | 'parentPlanId'>;

interface Pocket {
  planId: string;
  budget: Budget;
  /** The plan whose child it is; null of a root. */
  above: string | null;
  /** Without the time of agents that are at work. */
  spent: Spent;
  /** Tool calls that are under way. */
  calling: number;
  working: Set<Worker>;
  /** Takes back the alarm that rings when the time is used up. */
  silence: () => void;
}

interface Worker {
  /** Since when it is at work; null while it waits for a person. */
  since: number | null;
  /** How long it was at work before that. */
  seconds: number;
  stop(fault: Fault): void;
}

export function purseOf(store: Store, clock: Clock): KeptPurse {
  const pockets = new Map<string, Pocket>();
  const changed = new Set<Pocket>();

  /** Two may look for a pocket that nobody has opened: both get the one that was there first. */
  async function pocketOf(planId: string, { budget, parentPlanId }: Owner): Promise<Pocket> {
    const known = pockets.get(planId);
    if (known !== undefined) return known;
    const spent = ((await store.get(keys.spent(planId))) as Spent | undefined) ?? nothingSpent;
    const opened = pockets.get(planId) ?? newPocket({ planId, budget, above: parentPlanId, spent });
    pockets.set(planId, opened);
    return opened;
  }

  /** By the row of its plan, and not by its record, which speaks of all children. */
  async function pocketAbove(planId: string): Promise<Pocket | undefined> {
    const known = pockets.get(planId);
    if (known !== undefined) return known;
    const row = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
    return row && pocketOf(planId, row);
  }

  /** The plan's pocket and those above it, the root's last. */
  async function chainOf(spec: Owner & Pick<PlanSpec, 'planId'>): Promise<Pocket[]> {
    const chain = [await pocketOf(spec.planId, spec)];
    for (let above = spec.parentPlanId; above !== null; ) {
      const pocket = await pocketAbove(above);
      if (pocket === undefined) break;
      chain.push(pocket);
      above = pocket.above;
    }
    return chain;
  }

  const secondsOf = ({ since, seconds }: Worker) => (since === null ? seconds : seconds + (clock.now() - since) / 1000);
  const soFar = ({ spent, working }: Pocket): Spent => ({
    ...spent,
    seconds: [...working].reduce((all, worker) => all + secondsOf(worker), spent.seconds),
  });
  const add = (chain: readonly Pocket[], next: (spent: Spent) => Spent) => {
    for (const pocket of chain) {
      pocket.spent = next(pocket.spent);
      changed.add(pocket);
    }
  };
  /** The budget highest in the tree that is used up: to whom it belongs is who must hear of it. */
  const reached = (chain: readonly Pocket[], but?: keyof Budget): Fault | null =>
    chain.reduce<Fault | null>(
      (found, pocket) => exhausted(pocket.planId, pocket.budget, soFar(pocket), but ? { but } : {}) ?? found,
      null,
    );
  const stopIfReached = (chain: readonly Pocket[]) => {
    for (const pocket of chain) {
      const fault = exhausted(pocket.planId, pocket.budget, soFar(pocket), { but: 'toolCalls' });
      if (fault !== null) for (const worker of pocket.working) worker.stop(fault);
    }
  };
  /** Many at work use the time up as many times as fast. */
  const rearm = (chain: readonly Pocket[]) => {
    for (const pocket of chain) {
      const { budget, working } = pocket;
      pocket.silence();
      pocket.silence = () => {};
      const atWork = [...working].filter(({ since }) => since !== null).length;
      if (budget.seconds === undefined || atWork === 0) continue;
      const leftMs = ((budget.seconds - soFar(pocket).seconds) * 1000) / atWork;
      pocket.silence = clock.at(clock.now() + Math.max(1, Math.ceil(leftMs)), () => {
        stopIfReached([pocket]);
        if (exhausted(pocket.planId, budget, soFar(pocket), { but: 'toolCalls' }) === null) rearm([pocket]);
      });
    }
  };

  return {
    async open(spec, stop) {
      const chain = await chainOf(spec);
      const spentUp = reached(chain, 'toolCalls');
      if (spentUp !== null) throw spentUp;
      const worker: Worker = { since: clock.now(), seconds: 0, stop };
      const become = (since: number | null) => {
        worker.seconds = secondsOf(worker);
        worker.since = since;
        rearm(chain);
      };
      for (const { working } of chain) working.add(worker);
      rearm(chain);
      return {
        call() {
          const ahead = (pocket: Pocket) => ({ ...soFar(pocket), toolCalls: pocket.spent.toolCalls + pocket.calling });
          const fault = chain.reduce<Fault | null>(
            (found, pocket) => exhausted(pocket.planId, pocket.budget, ahead(pocket)) ?? found,
            null,
          );
          // One that is refused is no call: it must not stand in the way of another.
          if (fault === null) for (const pocket of chain) pocket.calling += 1;
          return fault;
        },
        called(made) {
          for (const pocket of chain) pocket.calling -= 1;
          if (made) add(chain, spent => ({ ...spent, toolCalls: spent.toolCalls + 1 }));
        },
        spend(usage: Usage) {
          add(chain, spent => spentMore(spent, usage));
          stopIfReached(chain);
        },
        rest() {
          become(null);
          return () => become(clock.now());
        },
        close() {
          const seconds = secondsOf(worker);
          for (const { working } of chain) working.delete(worker);
          add(chain, spent => ({ ...spent, seconds: spent.seconds + seconds }));
          rearm(chain);
          return seconds;
        },
      };
    },

    rowsOf(fact) {
      const rows = [...changed].map(
        (pocket): Operation => ({ type: 'put', key: keys.spent(pocket.planId), value: soFar(pocket) }),
      );
      changed.clear();
      if (fact.type === 'subplan.changed' && !['pending', 'running'].includes(fact.status.state))
        pockets.delete(fact.status.planId);
      if (fact.type === 'plan.phase_changed' && ['applied', 'cancelled'].includes(fact.to.state))
        pockets.delete(fact.planId);
      return rows;
    },
  };
}

function newPocket(of: Pick<Pocket, 'planId' | 'budget' | 'above' | 'spent'>): Pocket {
  return { ...of, calling: 0, working: new Set(), silence: () => {} };
}
