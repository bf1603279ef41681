/**
 * What plans spend, and what they may. Each plan has a pocket; what an agent spends comes out of the pocket of its plan
 * and of every plan above it, so that a budget holds for a whole tree. Held in memory beside the store, which has one
 * owner; what changed is written in the batch of the next fact, a tool call in that of its own.
 */
import {
  type AgentUsage,
  addUsage,
  type Budget,
  type BudgetUsage,
  budgetError,
  zeroUsage,
} from '../../model/budget.ts';
import type { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord, PlanSpec } from '../../model/plan.ts';
import type { BudgetTracker } from '../../ports/budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';

export interface StoredBudgetTracker extends BudgetTracker {
  /** The rows that a fact adds to the batch of its turn. */
  rowsFor(event: PlanEvent): Operation[];
}

type BudgetOwner = Pick<PlanSpec, 'budget' | 'parentPlanId'>;

interface BudgetNode {
  planId: string;
  budget: Budget;
  /** The plan whose child it is; null of a root. */
  parentPlanId: string | null;
  /** Without the time of agents that are at work. */
  usage: BudgetUsage;
  /** Tool calls that are under way. */
  callsInFlight: number;
  agents: Set<ActiveAgent>;
  /** Takes back the alarm that rings when the time is used up. */
  cancelTimer: () => void;
}

interface ActiveAgent {
  /** Since when it is at work; null while it waits for a person. */
  since: number | null;
  /** How long it was at work before that. */
  seconds: number;
  stop(error: TroupeError): void;
}

export function openBudgetTracker(store: Store, clock: Clock): StoredBudgetTracker {
  const nodes = new Map<string, BudgetNode>();
  const changed = new Set<BudgetNode>();

  /** Two may look for a pocket that nobody has opened: both get the one that was there first. */
  async function nodeOf(planId: string, { budget, parentPlanId }: BudgetOwner): Promise<BudgetNode> {
    const known = nodes.get(planId);
    if (known !== undefined) return known;
    const spent = ((await store.get(keys.usage(planId))) as BudgetUsage | undefined) ?? zeroUsage;
    const opened = nodes.get(planId) ?? createNode({ planId, budget, parentPlanId, usage: spent });
    nodes.set(planId, opened);
    return opened;
  }

  /** By the row of its plan, and not by its record, which speaks of all children. */
  async function parentNode(planId: string): Promise<BudgetNode | undefined> {
    const known = nodes.get(planId);
    if (known !== undefined) return known;
    const row = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
    return row && nodeOf(planId, row);
  }

  /** The plan's pocket and those above it, the root's last. */
  async function ancestorChain(spec: BudgetOwner & Pick<PlanSpec, 'planId'>): Promise<BudgetNode[]> {
    const chain = [await nodeOf(spec.planId, spec)];
    for (let above = spec.parentPlanId; above !== null; ) {
      const pocket = await parentNode(above);
      if (pocket === undefined) break;
      chain.push(pocket);
      above = pocket.parentPlanId;
    }
    return chain;
  }

  const secondsOf = ({ since, seconds }: ActiveAgent) =>
    since === null ? seconds : seconds + (clock.now() - since) / 1000;
  const usageNow = ({ usage, agents }: BudgetNode): BudgetUsage => ({
    ...usage,
    seconds: [...agents].reduce((all, worker) => all + secondsOf(worker), usage.seconds),
  });
  const add = (chain: readonly BudgetNode[], next: (spent: BudgetUsage) => BudgetUsage) => {
    for (const pocket of chain) {
      pocket.usage = next(pocket.usage);
      changed.add(pocket);
    }
  };
  /** The budget highest in the tree that is used up: to whom it belongs is who must hear of it. */
  const firstExhausted = (chain: readonly BudgetNode[], but?: keyof Budget): TroupeError | null =>
    chain.reduce<TroupeError | null>(
      (found, pocket) => budgetError(pocket.planId, pocket.budget, usageNow(pocket), but ? { but } : {}) ?? found,
      null,
    );
  const stopIfExhausted = (chain: readonly BudgetNode[]) => {
    for (const pocket of chain) {
      const error = budgetError(pocket.planId, pocket.budget, usageNow(pocket), { but: 'toolCalls' });
      if (error !== null) for (const worker of pocket.agents) worker.stop(error);
    }
  };
  /** Many at work use the time up as many times as fast. */
  const rearm = (chain: readonly BudgetNode[]) => {
    for (const pocket of chain) {
      const { budget, agents } = pocket;
      pocket.cancelTimer();
      pocket.cancelTimer = () => {};
      const activeCount = [...agents].filter(({ since }) => since !== null).length;
      if (budget.seconds === undefined || activeCount === 0) continue;
      const leftMs = ((budget.seconds - usageNow(pocket).seconds) * 1000) / activeCount;
      pocket.cancelTimer = clock.at(clock.now() + Math.max(1, Math.ceil(leftMs)), () => {
        stopIfExhausted([pocket]);
        if (budgetError(pocket.planId, budget, usageNow(pocket), { but: 'toolCalls' }) === null) rearm([pocket]);
      });
    }
  };

  return {
    async open(spec, stop) {
      const chain = await ancestorChain(spec);
      const exhausted = firstExhausted(chain, 'toolCalls');
      if (exhausted !== null) throw exhausted;
      const agent: ActiveAgent = { since: clock.now(), seconds: 0, stop };
      const setActiveSince = (since: number | null) => {
        agent.seconds = secondsOf(agent);
        agent.since = since;
        rearm(chain);
      };
      for (const { agents } of chain) agents.add(agent);
      rearm(chain);
      return {
        call() {
          const withPendingCalls = (pocket: BudgetNode) => ({
            ...usageNow(pocket),
            toolCalls: pocket.usage.toolCalls + pocket.callsInFlight,
          });
          const error = chain.reduce<TroupeError | null>(
            (found, pocket) => budgetError(pocket.planId, pocket.budget, withPendingCalls(pocket)) ?? found,
            null,
          );
          // One that is refused is no call: it must not stand in the way of another.
          if (error === null) for (const pocket of chain) pocket.callsInFlight += 1;
          return error;
        },
        called(made) {
          for (const pocket of chain) pocket.callsInFlight -= 1;
          if (made) add(chain, spent => ({ ...spent, toolCalls: spent.toolCalls + 1 }));
        },
        addUsage(usage: AgentUsage) {
          add(chain, spent => addUsage(spent, usage));
          stopIfExhausted(chain);
        },
        pauseClock() {
          setActiveSince(null);
          return () => setActiveSince(clock.now());
        },
        close() {
          const seconds = secondsOf(agent);
          for (const { agents } of chain) agents.delete(agent);
          add(chain, spent => ({ ...spent, seconds: spent.seconds + seconds }));
          rearm(chain);
          return seconds;
        },
      };
    },

    rowsFor(event) {
      const rows = [...changed].map(
        (pocket): Operation => ({ type: 'put', key: keys.usage(pocket.planId), value: usageNow(pocket) }),
      );
      changed.clear();
      if (event.type === 'subplan.changed' && !['pending', 'running'].includes(event.status.state))
        nodes.delete(event.status.planId);
      if (event.type === 'plan.phase_changed' && ['applied', 'cancelled'].includes(event.to.state))
        nodes.delete(event.planId);
      return rows;
    },
  };
}

function createNode(of: Pick<BudgetNode, 'planId' | 'budget' | 'parentPlanId' | 'usage'>): BudgetNode {
  return { ...of, callsInFlight: 0, agents: new Set(), cancelTimer: () => {} };
}
