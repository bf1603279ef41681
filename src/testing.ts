/** Entry point `troupe/testing`: contract tests for your own stores, projects and agents. */
import { ulid } from 'ulid';
import { systemClock } from './adapters/clocks/system-clock.ts';
import { directoryFiles } from './adapters/files/directory-files.ts';
import { builtinTools } from './adapters/tools/builtin.ts';
import type { PlanSpec, PlanSpecInput } from './model/plan.ts';
import type { AgentTask } from './ports/agent.ts';
import { findProfile } from './runtime/profiles/profiles.ts';
import { createPermit } from './runtime/tools/create-permit.ts';
import { createToolRunner } from './runtime/tools/tool-runner.ts';
import { firstTask } from './testing/first-task.ts';
import { completePlanSpec } from './testing/plan-spec.ts';

/** Options of {@link trialTask}: the folder, the agent's role, and what the task says. */
export type TrialTaskOptions = Pick<AgentTask, 'role' | 'directory' | 'signal' | 'key'> & {
  /** The goal of the plan. @default 'Do it' */
  goal?: string;
  /** Values of the action's arguments. @default none */
  arguments?: Record<string, unknown>;
  /** Environment of the programs that tools start. @default empty */
  env?: Record<string, string>;
};

/**
 * Returns a complete plan to test a machine or an agent with. Its profile asks for no approval. `given` overrides any
 * field.
 */
export function trialPlan(given: Partial<PlanSpecInput> = {}): PlanSpec {
  const profileSnapshot = findProfile('full-auto');
  return completePlanSpec({ planId: ulid(), decisionRootId: ulid(), profileSnapshot, ...given });
}

/** Returns a task to test an agent with: a small plan and the built-in tools on a folder, without approvals. */
export function trialTask(options: TrialTaskOptions): AgentTask {
  const { role, directory, signal, key, goal: description = 'Do it', arguments: given = {}, env = {} } = options;
  const plan = trialPlan({ description, arguments: given });
  const clock = systemClock();
  const bench = {
    tools: builtinTools({ env, clock }),
    plan,
    phase: role === 'strategy' || role === 'estimation' ? 'strategize' : 'execute',
    agentRole: role,
    signal,
  } as const;
  const call = createToolRunner({
    ...bench,
    files: directoryFiles(directory),
    workplace: async () => ({ directory, variables: {} }),
    key,
    clock,
    mintId: () => ulid(),
  });
  return firstTask({ role, plan, directory, signal, key, call, permit: createPermit(bench) });
}

export { type AgentSuiteOptions, type AgentUnderTest, agentSuite } from './testing/agent-suite.ts';
export { type ProjectSuiteOptions, type ProjectUnderTest, projectSuite } from './testing/project-suite.ts';
export { type SuiteTools, storeSuite } from './testing/store-suite.ts';
