import type { AgentRef, AgentRole } from '../../src/model/agent.ts';

import type { Phase, PlanSpec } from '../../src/model/plan.ts';
import type { JournaledCall } from '../../src/model/rollback-history.ts';

export interface AgentJob {
  spec: PlanSpec;
  attempt: number;
  role: AgentRole;
  phase: Phase;
  agent: AgentRef;
  sandbox: { key: string; path: string };
  /** The tree of the sandbox when the work starts. */
  tree: string;
  guidance: string[];
  problem: string | null;
  /** The numbers of the attempts, for an agent that chooses one. @default none */
  choices?: readonly number[];
  /** The changes of the result, for an agent that reviews or describes it. @default none */
  diff?: string;
  /** Calls made before, up to the checkpoint of a rollback. @default none */
  answered?: readonly JournaledCall[];
  /** The results of requests made before, by name, up to the same checkpoint. @default none */
  results?: ReadonlyMap<string, unknown>;
}
