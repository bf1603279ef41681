/** Asks an agent one small question outside of a plan, to check that it starts, is signed in and answers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { AgentRef } from '../../model/agent.ts';
import { type AgentUsage, addUsage, type BudgetUsage } from '../../model/budget.ts';
import { TroupeError } from '../../model/errors.ts';
import { PlanSpec } from '../../model/plan.ts';
import { Profile, thresholdNames } from '../../model/profile.ts';
import { SubplanConfig } from '../../model/subplan.ts';
import { zeroUsage } from '../../model/zero-usage.ts';
import type { Agents, AgentTask } from '../../ports/agent.ts';
import { killTaggedProcesses } from '../process/tagged-processes.ts';

/** The result of {@link tryAgent}. */
export interface AgentTrial {
  /** Its answer. */
  answer: string;
  /** Its tokens and its cost in US dollars; null if it does not report them. */
  usage: Pick<BudgetUsage, 'tokens' | 'usd'>;
  /** Duration of the run in seconds. */
  seconds: number;
}

/** Options of {@link tryAgent}. */
export interface AgentTrialOptions {
  /** Resolves the agent. */
  agents: Agents;
  agent: AgentRef;
  /** Ends the run. */
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
}

const trialQuestion = 'Reply with the one word "ready". Use no tool and change nothing.';

/**
 * Asks an agent one small question. The agent works in an empty folder, in a read-only role. All programs that it starts are ended.
 * @throws {TroupeError} as a plan of the agent would
 */
export async function tryAgent({ agents, agent, signal, now }: AgentTrialOptions): Promise<AgentTrial> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-agent-'));
  const started = now();
  let used = zeroUsage;
  const add = (more: AgentUsage) => {
    used = addUsage(used, more);
  };
  const key = `trial/${ulid()}`;
  try {
    const found = agents(agent, directory);
    await found.check();
    const ask: AgentTask['ask'] = async (_, request) => {
      const { result, usage } = await request();
      add(usage);
      return result;
    };
    const task = trialTask(agent, { directory, key, started });
    const answer = await found.run({ ...task, reportUsage: add, ask, signal });
    add(answer.usage ?? {});
    const { tokens, usd } = used;
    return { answer: answer.summary, usage: { tokens, usd }, seconds: (now() - started) / 1000 };
  } finally {
    await killTaggedProcesses(key);
    await rm(directory, { recursive: true, force: true });
  }
}

function trialTask(
  agent: AgentRef,
  { directory, key, started }: { directory: string; key: string; started: number },
): Omit<AgentTask, 'reportUsage' | 'ask' | 'signal'> {
  const planId = ulid();
  return {
    role: 'estimation',
    plan: PlanSpec.parse({
      ...{ planId, parentPlanId: null, rootPlanId: planId, depth: 0, depthMax: 0 },
      ...{ description: trialQuestion, definitionOfDone: '', actionName: 'local/trial', arguments: {} },
      projectLinks: [{ alias: 'main', root: directory, kind: 'directory', baseCommit: '', baseTree: '', branch: null }],
      automationProfile: 'supervised',
      profileSnapshot: Profile.parse({
        name: 'supervised',
        thresholds: Object.fromEntries(thresholdNames.map(name => [name, 0])),
      }),
      actors: {
        ...{ strategy: null, execution: agent, estimation: agent },
        ...{ review: null, apply: null, conflict: null, invariant: null },
      },
      ...{ actionDir: directory, invariants: [], validations: [], subplanConfig: SubplanConfig.parse({}) },
      ...{ resourceScopes: [], readOnly: true, reusable: false, allowEmpty: true, budget: {} },
      checkpoints: { autoCreateOn: [], limit: 1 },
      ...{ executionEnvironment: {}, executionEnvPriority: 'fallback' },
      ...{ decisionRootId: ulid(), spawnDecisionId: null, skeleton: [], startsWith: [] },
      createdAt: new Date(started).toISOString(),
    }),
    ...{ attempt: 1, directory, variables: {}, decisions: [], guidance: [], advice: [], problem: null, diff: null },
    call: tool => Promise.reject(new TroupeError('TOOL_REFUSED', `The question needs no tool, and ${tool} was called`)),
    permit: tool =>
      Promise.reject(new TroupeError('TOOL_REFUSED', `The question needs no tool, and ${tool} was asked for`)),
    once: (_name, act) => act(),
    session: null,
    log: () => undefined,
    logOutput: () => undefined,
    key,
  };
}
