/** Sends the work of agents and validations to workers. What they cannot do is done in this process. */
import type { AgentRef, AgentSpec } from '../../../model/agent.ts';
import type { Agents } from '../../../ports/agent.ts';
import type { AgentWork, DispatchedValidations, Dispatcher, SharedDispatcher } from '../../../ports/dispatcher.ts';
import type { OwnerExchange } from '../../../ports/exchange.ts';
import type { QueueEngine } from '../engine.ts';
import { dispatchAgent } from './dispatch-agent.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { dispatchValidations } from './dispatch-validations.ts';
import { openJobBoard } from './job-board.ts';
import { whyAgentStays, whyFilesStay, whyFilteredStay } from './stays-here.ts';

export interface QueueDispatcherOptions {
  engine: QueueEngine;
  /** Does what stays here. */
  local: Dispatcher;
  agents: Agents;
  /** Describes an agent, so that another machine can run it; null for one that is code. */
  describe(agent: AgentRef): AgentSpec | null;
  exchange: OwnerExchange | null;
  root: string;
  /** @default none */
  labels?: readonly string[];
}

/** Milliseconds from the start after which what no work asked for is removed. */
const sweepMs = 60_000;

export async function openQueueDispatcher(options: QueueDispatcherOptions): Promise<SharedDispatcher> {
  const { engine, local, agents, describe, exchange, root, labels = [] } = options;
  const board = await openJobBoard({ engine });
  const ends = new Set<Promise<unknown>>();
  let sweeping: NodeJS.Timeout | undefined;

  const forget: DispatchContext['forget'] = (planId, key, ended = Promise.resolve()) => {
    const end = ended
      .then(() => Promise.all([board.remove(planId, key), exchange?.remove([key])]))
      .catch(() => undefined)
      .finally(() => ends.delete(end));
    ends.add(end);
  };
  const context: DispatchContext = { board, agents, exchange, root, labels, forget };
  const sweepNow = async (isOurs: (planId: string) => Promise<boolean>) => {
    await board.sweep(isOurs);
    await exchange?.gc({ live: board.keys() });
  };

  const whyFiltered = async (tree: () => Promise<string>) => whyFilteredStay((await exchange?.filters(tree)) ?? []);
  const whyStays = async (work: AgentWork, spec: AgentSpec | null): Promise<string | null> => {
    const ofAgent = whyAgentStays(spec, { root, actionDir: work.actionDir });
    if (ofAgent !== null || agents(work.agent, work.actionDir).usesDirectory === false) return ofAgent;
    const ofFiles = { hasExchange: exchange !== null, isSetUp: !work.onlyLooking };
    return whyFilesStay(work.task.plan, ofFiles) ?? (await whyFiltered(work.files.capture));
  };

  return {
    async runAgent(work) {
      const spec = describe(work.agent);
      const reason = await whyStays(work, spec);
      if (reason === null && spec !== null) return dispatchAgent(context, work, spec);
      work.task.log(`works on this machine: ${reason}`);
      return local.runAgent(work);
    },
    runValidations(work) {
      if (whyFilesStay(work.plan, { hasExchange: exchange !== null, isSetUp: true }) !== null)
        return local.runValidations(work);
      let running: Promise<DispatchedValidations> | null = null;
      const start = async () =>
        (await whyFiltered(async () => work.tree)) === null
          ? dispatchValidations(context, work)
          : local.runValidations(work);
      return {
        async result(at) {
          running ??= start();
          return (await running).result(at);
        },
        close: async () => (await running)?.close(),
      };
    },
    workers: board.workers,
    async stopped(planId) {
      await Promise.all([board.stopped(planId), local.stopped(planId)]);
    },
    async sweep(isOurs) {
      // What was running when the process before ended is asked for again at once, or when it is its turn.
      sweeping = setTimeout(() => void sweepNow(isOurs).catch(() => undefined), sweepMs);
      sweeping.unref();
    },
    async close() {
      clearTimeout(sweeping);
      await Promise.all(ends);
      await board.close();
      await exchange?.close();
      await local.close();
    },
  };
}
