/** `troupe/testing`: what every store, project and agent must keep, as tests for those who write their own. */
import { ulid } from 'ulid';
import { systemClock } from './adapters/clocks/system-clock.ts';
import { directoryFiles } from './adapters/files/directory-files.ts';
import { builtinTools } from './adapters/tools/builtin.ts';
import type { PlanSpec, PlanSpecInput } from './model/plan.ts';
import type { AgentTask } from './ports/agent.ts';
import { findProfile } from './runtime/profiles/profiles.ts';
import { createToolRunner } from './runtime/tools/tool-runner.ts';
import { completePlanSpec } from './testing/plan-spec.ts';

export type TrialTaskOptions = Pick<AgentTask, 'role' | 'directory' | 'signal' | 'key'> & {
  /** What the plan is to do. @default 'Do it' */
  goal?: string;
  /** Values of the action's arguments. @default none */
  arguments?: Record<string, unknown>;
  /** What programs see that tools start. @default nothing */
  env?: Record<string, string>;
};

/** A plan to try a chart or an agent on: whole, with a profile that asks nobody, and what is given. */
export function trialPlan(given: Partial<PlanSpecInput> = {}): PlanSpec {
  const profileSnapshot = findProfile('full-auto');
  return completePlanSpec({ planId: ulid(), decisionRootId: ulid(), profileSnapshot, ...given });
}

/** A task to try an agent on: a small plan, and the built-in tools over a folder, none of which asks anybody. */
export function trialTask(options: TrialTaskOptions): AgentTask {
  const { role, directory, signal, key, goal: description = 'Do it', arguments: given = {}, env = {} } = options;
  const plan = trialPlan({ description, arguments: given });
  const clock = systemClock();
  const call = createToolRunner({
    tools: builtinTools({ env, clock }),
    plan,
    phase: role === 'strategy' || role === 'estimation' ? 'strategize' : 'execute',
    agentRole: role,
    files: directoryFiles(directory),
    workplace: async () => ({ directory, variables: {} }),
    signal,
    key,
    clock,
    mintId: () => ulid(),
  });
  return {
    ...{ role, plan, attempt: 1, directory, signal, key, call },
    ...{
      variables: {},
      decisions: [],
      guidance: [],
      advice: [],
      problem: null,
      diff: null,
      reportUsage() {},
      log() {},
    },
  };
}

export { type AgentSuiteOptions, type AgentUnderTest, agentSuite } from './testing/agent-suite.ts';
export { type ProjectSuiteOptions, type ProjectUnderTest, projectSuite } from './testing/project-suite.ts';
export { type SuiteTools, storeSuite } from './testing/store-suite.ts';
