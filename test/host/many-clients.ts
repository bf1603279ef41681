/**
 * Many clients that follow one plan with many subplans: an owner and its clients over real sockets, on a real store. Half
 * of the clients connect before the plan starts, the others while it runs.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOrAttach } from '../../src/host.ts';
import { type Agent, openTroupe, type PlanEvent, type Troupe } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import { inMemoryProject } from './in-memory-project.ts';

export interface ManyClientsResult {
  /** Events of the plan and its subplans, as stored in the journal at the end. */
  history: PlanEvent[];
  /** Their sequence numbers. */
  events: string[];
  /** The same as received by each client. */
  received: string[][];
  /** From the command until the last client has received the last event. */
  totalMs: number;
  /** From the command until the plan has completed. */
  planMs: number;
}

/** @throws {Error} when the plan does not complete */
export async function runManyClients({
  clients,
  subplans,
}: {
  clients: number;
  subplans: number;
}): Promise<ManyClientsResult> {
  const home = mkdtempSync(join(tmpdir(), 'tc-'));
  const root = join(home, 'project');
  mkdirSync(root);
  let start = () => {};
  const started = new Promise<void>(resolve => {
    start = resolve;
  });
  const agents = { player: spawningAgent(subplans, started) };
  const openClient = () =>
    openOrAttach({
      home,
      file: join(home, 'owner.json'),
      store: levelStore(join(home, 'store')),
      open: store => openTroupe({ store, project: inMemoryProject(root), agents, resume: false }),
      root,
      command: 'crowd',
      pid: process.pid,
    });
  const openClients = [await openClient()];
  const owner = openClients[0]?.troupe as Troupe;
  try {
    await owner.actions.create({
      name: 'crowd',
      description: '0',
      executionActor: 'player',
      subplans: { maxParallel: 50 },
    });
    const plan = await owner.use({ action: 'crowd', start: true });
    await plan.waitUntilIdle();
    await plan.execute();
    const listeners: Promise<string[]>[] = [];
    const connect = async () => {
      const client = await openClient();
      openClients.push(client);
      const seqs = collectSeqs(client.troupe, plan.id);
      // An early end is reported by the plan.
      seqs.catch(() => undefined);
      listeners.push(seqs);
    };
    while (listeners.length < clients / 2) await connect();
    const startedAt = performance.now();
    start();
    const done = plan.waitUntilIdle().then(({ phase, state, errorMessage }) => {
      if (state !== 'complete') throw new Error(`The plan is ${phase} ${state}: ${errorMessage}`);
      return performance.now() - startedAt;
    });
    while (listeners.length < clients) await connect();
    const planMs = await done;
    const received = await Promise.all(listeners);
    const tookMs = performance.now() - startedAt;
    const history: PlanEvent[] = [];
    for await (const event of (await owner.get(plan.id)).events()) history.push(event);
    return { history, events: history.map(({ seq }) => seq), received: received, totalMs: tookMs, planMs };
  } finally {
    for (const each of openClients.reverse()) await each.close('stopped');
    rmSync(home, { recursive: true, force: true });
  }
}

/** Spawns groups at the root, each of which spawns its share of the rest; the rest does nothing. */
function spawningAgent(subplans: number, started: Promise<void>): Agent {
  const groups = Math.min(subplans, 10);
  const parts = (goal: string) => Math.floor((subplans - groups + Number(goal)) / groups);
  return {
    check: async () => {},
    async run({ role, plan, call }) {
      if (role === 'execution' && plan.depth === 0) await started;
      const count = [groups, parts(plan.description)][plan.depth] ?? 0;
      for (let part = 0; role === 'execution' && part < count; part++) {
        const goal = String(part);
        const depth = plan.depth + 1;
        const how = { resourceScopes: ['.'], parallel: true, arguments: { depth } };
        // A group and one of its parts may have the same number; different arguments make them two plans.
        await call('builtin/plan-subplan', { planId: plan.planId, goal, ...how });
      }
      return { decisions: [], summary: '' };
    },
  };
}

/** All events of a plan and its descendants, with their sequence numbers, until the plan rests. */
async function collectSeqs(troupe: Troupe, planId: string): Promise<string[]> {
  const seen: string[] = [];
  for await (const { seq } of (await troupe.get(planId)).events()) seen.push(seq);
  return seen;
}
