/**
 * Tracks the usage and budgets of plans. Each plan has a node; the usage of an agent counts for the node of its plan
 * and for every node above it, so that a budget limits a whole tree. Held in memory in addition to the store, which
 * has one owner; changes are written in the batch of the next event, a tool call in the batch of its own event.
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
  /** Returns the rows that an event adds to its batch. */
  rowsFor(event: PlanEvent): Operation[];
}

type BudgetOwner = Pick<PlanSpec, 'budget' | 'parentPlanId'>;

interface BudgetNode {
  planId: string;
  budget: Budget;
  /** The parent plan; null for a root. */
  parentPlanId: string | null;
  /** Without the time of agents that are working now. */
  usage: BudgetUsage;
  /** Number of running tool calls. */
  callsInFlight: number;
  agents: Set<ActiveAgent>;
  /** Cancels the timer for the time limit. */
  cancelTimer: () => void;
}

interface ActiveAgent {
  /** Start of the current working time, in milliseconds since the epoch; null while it waits for a person. */
  since: number | null;
  /** Working time before that, in seconds. */
  seconds: number;
  stop(error: TroupeError): void;
}

export function openBudgetTracker(store: Store, clock: Clock): StoredBudgetTracker {
  const nodes = new Map<string, BudgetNode>();
  const changed = new Set<BudgetNode>();

  /** Two callers may create the same node concurrently: both get the first one. */
  async function nodeOf(planId: string, { budget, parentPlanId }: BudgetOwner): Promise<BudgetNode> {
    const known = nodes.get(planId);
    if (known !== undefined) return known;
    const spent = ((await store.get(keys.usage(planId))) as BudgetUsage | undefined) ?? zeroUsage;
    const opened = nodes.get(planId) ?? createNode({ planId, budget, parentPlanId, usage: spent });
    nodes.set(planId, opened);
    return opened;
  }

  /** From the row of its plan, not from its record, which includes all children. */
  async function parentNode(planId: string): Promise<BudgetNode | undefined> {
    const known = nodes.get(planId);
    if (known !== undefined) return known;
    const row = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
    return row && nodeOf(planId, row);
  }

  /** Returns the plan's node and those above it, root last. */
  async function ancestorChain(spec: BudgetOwner & Pick<PlanSpec, 'planId'>): Promise<BudgetNode[]> {
    const chain = [await nodeOf(spec.planId, spec)];
    for (let above = spec.parentPlanId; above !== null; ) {
      const node = await parentNode(above);
      if (node === undefined) break;
      chain.push(node);
      above = node.parentPlanId;
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
    for (const node of chain) {
      node.usage = next(node.usage);
      changed.add(node);
    }
  };
  /** The highest exhausted budget in the tree: the plan it belongs to is reported. */
  const firstExhausted = (chain: readonly BudgetNode[], but?: keyof Budget): TroupeError | null =>
    chain.reduce<TroupeError | null>(
      (found, node) => budgetError(node.planId, node.budget, usageNow(node), but ? { but } : {}) ?? found,
      null,
    );
  const stopIfExhausted = (chain: readonly BudgetNode[]) => {
    for (const node of chain) {
      const error = budgetError(node.planId, node.budget, usageNow(node), { but: 'toolCalls' });
      if (error !== null) for (const worker of node.agents) worker.stop(error);
    }
  };
  /** Several agents use up the time several times as fast. */
  const rearm = (chain: readonly BudgetNode[]) => {
    for (const node of chain) {
      const { budget, agents } = node;
      node.cancelTimer();
      node.cancelTimer = () => {};
      const activeCount = [...agents].filter(({ since }) => since !== null).length;
      if (budget.seconds === undefined || activeCount === 0) continue;
      const leftMs = ((budget.seconds - usageNow(node).seconds) * 1000) / activeCount;
      node.cancelTimer = clock.at(clock.now() + Math.max(1, Math.ceil(leftMs)), () => {
        stopIfExhausted([node]);
        if (budgetError(node.planId, budget, usageNow(node), { but: 'toolCalls' }) === null) rearm([node]);
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
          const withPendingCalls = (node: BudgetNode) => ({
            ...usageNow(node),
            toolCalls: node.usage.toolCalls + node.callsInFlight,
          });
          const error = chain.reduce<TroupeError | null>(
            (found, node) => budgetError(node.planId, node.budget, withPendingCalls(node)) ?? found,
            null,
          );
          // A refused call does not count: it must not block another.
          if (error === null) for (const node of chain) node.callsInFlight += 1;
          return error;
        },
        called(made) {
          for (const node of chain) node.callsInFlight -= 1;
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
        (node): Operation => ({ type: 'put', key: keys.usage(node.planId), value: usageNow(node) }),
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
