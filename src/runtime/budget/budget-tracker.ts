/**
 * Tracks the usage and budgets of plans. Each plan has a node; the usage of an agent counts for the node of its plan
 * and for every node above it, so that a budget limits a whole tree. Held in memory in addition to the store, which
 * has one owner; changes are written in the batch of the next event, a tool call in the batch of its own event.
 */

import { type AgentUsage, addUsage, type Budget, type BudgetUsage, budgetError } from '../../model/budget.ts';
import type { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord, PlanSpec } from '../../model/plan.ts';
import { zeroUsage } from '../../model/zero-usage.ts';
import type { BudgetTracker } from '../../ports/budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';

export interface StoredBudgetTracker extends BudgetTracker {
  /** Returns the rows of the usage that changed since the last call. */
  takeChangedRows(): Operation[];
  /** Drops what is in memory about a plan that has ended, after the commit of the event. */
  forgetEnded(event: PlanEvent): void;
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
  const nodes = createBudgetNodes(store);
  const changed = new Set<BudgetNode>();
  const account: AccountContext = {
    clock,
    add(chain, next) {
      for (const node of chain) {
        node.usage = next(node.usage);
        changed.add(node);
      }
    },
  };
  return {
    async open(spec, stop) {
      const chain = await nodes.ancestorChain(spec);
      const exhausted = firstExhausted(chain, node => usageNow(node, clock.now()), { but: 'toolCalls' });
      if (exhausted !== null) throw exhausted;
      return openAccount(chain, stop, account);
    },
    takeChangedRows() {
      const rows = [...changed].map(
        (node): Operation => ({ type: 'put', key: keys.usage(node.planId), value: usageNow(node, clock.now()) }),
      );
      changed.clear();
      return rows;
    },
    forgetEnded(event) {
      if (event.type === 'subplan.changed' && !['pending', 'running'].includes(event.status.state))
        nodes.forget(event.status.planId);
      if (event.type === 'plan.phase_changed' && ['applied', 'cancelled'].includes(event.to.state))
        nodes.forget(event.planId);
    },
  };
}

/** The nodes of plans that are at work. */
function createBudgetNodes(store: Store) {
  const nodes = new Map<string, BudgetNode>();

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

  return {
    /** Returns the plan's node and those above it, root last. */
    async ancestorChain(spec: BudgetOwner & Pick<PlanSpec, 'planId'>): Promise<BudgetNode[]> {
      const chain = [await nodeOf(spec.planId, spec)];
      for (let above = spec.parentPlanId; above !== null; ) {
        const node = await parentNode(above);
        if (node === undefined) break;
        chain.push(node);
        above = node.parentPlanId;
      }
      return chain;
    },
    forget: (planId: string) => nodes.delete(planId),
  };
}

interface AccountContext {
  clock: Clock;
  /** Changes the usage of every node of the chain. */
  add(chain: readonly BudgetNode[], next: (spent: BudgetUsage) => BudgetUsage): void;
}

type BudgetAccount = Awaited<ReturnType<BudgetTracker['open']>>;

/** The account of one agent: what it uses counts for its plan and every plan above. */
function openAccount(
  chain: readonly BudgetNode[],
  stop: ActiveAgent['stop'],
  { clock, add }: AccountContext,
): BudgetAccount {
  const agent: ActiveAgent = { since: clock.now(), seconds: 0, stop };
  const setActiveSince = (since: number | null) => {
    agent.seconds = secondsOf(agent, clock.now());
    agent.since = since;
    rearm(chain, clock);
  };
  for (const { agents } of chain) agents.add(agent);
  rearm(chain, clock);
  return {
    call() {
      const withPendingCalls = (node: BudgetNode) => ({
        ...usageNow(node, clock.now()),
        toolCalls: node.usage.toolCalls + node.callsInFlight,
      });
      const error = firstExhausted(chain, withPendingCalls);
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
      stopIfExhausted(chain, clock.now());
    },
    pauseClock() {
      setActiveSince(null);
      return () => setActiveSince(clock.now());
    },
    close() {
      const seconds = secondsOf(agent, clock.now());
      for (const { agents } of chain) agents.delete(agent);
      add(chain, spent => ({ ...spent, seconds: spent.seconds + seconds }));
      rearm(chain, clock);
      return seconds;
    },
  };
}

/** Working time of an agent, in seconds. */
function secondsOf({ since, seconds }: ActiveAgent, now: number): number {
  return since === null ? seconds : seconds + (now - since) / 1000;
}

function usageNow({ usage, agents }: BudgetNode, now: number): BudgetUsage {
  return { ...usage, seconds: [...agents].reduce((all, worker) => all + secondsOf(worker, now), usage.seconds) };
}

/** The highest exhausted budget in the tree: the plan it belongs to is reported. */
function firstExhausted(
  chain: readonly BudgetNode[],
  usageOf: (node: BudgetNode) => BudgetUsage,
  except: { but?: keyof Budget } = {},
): TroupeError | null {
  return chain.reduce<TroupeError | null>(
    (found, node) => budgetError(node.planId, node.budget, usageOf(node), except) ?? found,
    null,
  );
}

function stopIfExhausted(chain: readonly BudgetNode[], now: number): void {
  for (const node of chain) {
    const error = budgetError(node.planId, node.budget, usageNow(node, now), { but: 'toolCalls' });
    if (error !== null) for (const worker of node.agents) worker.stop(error);
  }
}

/** Sets the timers for the time limits. Several agents use up the time several times as fast. */
function rearm(chain: readonly BudgetNode[], clock: Clock): void {
  for (const node of chain) {
    const { budget, agents } = node;
    node.cancelTimer();
    node.cancelTimer = () => {};
    const activeCount = [...agents].filter(({ since }) => since !== null).length;
    if (budget.seconds === undefined || activeCount === 0) continue;
    const leftMs = ((budget.seconds - usageNow(node, clock.now()).seconds) * 1000) / activeCount;
    node.cancelTimer = clock.at(clock.now() + Math.max(1, Math.ceil(leftMs)), () => {
      stopIfExhausted([node], clock.now());
      const error = budgetError(node.planId, budget, usageNow(node, clock.now()), { but: 'toolCalls' });
      if (error === null) rearm([node], clock);
    });
  }
}

function createNode(of: Pick<BudgetNode, 'planId' | 'budget' | 'parentPlanId' | 'usage'>): BudgetNode {
  return { ...of, callsInFlight: 0, agents: new Set(), cancelTimer: () => {} };
}
