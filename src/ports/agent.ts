import type { AgentRef, AgentRole } from '../model/agent.ts';
import type { AgentUsage } from '../model/budget.ts';
import type { Decision, DecisionDraft } from '../model/decision.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { CommitMessage } from '../model/review.ts';

/** Calls a tool by name; the one way from an agent to the world that is journaled and guarded. */
export type ToolCaller = (tool: string, input: unknown) => Promise<unknown>;

/** One piece of work for an agent. */
export interface AgentTask {
  role: AgentRole;
  plan: PlanSpec;
  attempt: number;
  /** Where to look (strategy) or to work (execution): a sandbox, never the user's checkout. There only for agents that use it. */
  directory: string;
  /** Variables for programs that run there: where they are, which ports are theirs, what the set-up gives. */
  variables: Record<string, string>;
  /** Decisions recorded so far, in order. */
  decisions: readonly Decision[];
  /** Guidance given by people, oldest first. */
  guidance: readonly string[];
  /** What earlier failures taught, for prevention. */
  advice: readonly string[];
  /** For `fix`: what failed, with the end of its output. For `conflict`: the path. */
  problem: string | null;
  /** For `review` and `apply`: what the result changes, as a unified diff after a stat; cut where it is very long. */
  diff: string | null;
  call: ToolCaller;
  /** Tells what was used so far, beside what the answer will tell: a budget can stop the work then, not only after it. */
  reportUsage(usage: AgentUsage): void;
  /** Appends a line to the step's log. */
  log(line: string): void;
  signal: AbortSignal;
  /** Stable across retries after a crash; also marks every process started for this task. */
  key: string;
}

export interface AgentAnswer {
  decisions: DecisionDraft[];
  summary: string;
  estimate?: Record<string, unknown>;
  /** For `apply`: what the commit says. */
  message?: CommitMessage;
  /** What it used, beside what it told with `spend`. */
  usage?: AgentUsage;
}

export interface Agent {
  /**
   * Whether it needs the folder `directory`. One that does all its work through `call` says no: it may be given a sandbox
   * that has no folder, which costs next to nothing.
   * @default true
   */
  readonly usesDirectory?: boolean;
  /** Whether it could work: on PATH, module loads, key present. @throws {TroupeError} AGENT_UNAVAILABLE, saying what to do. */
  check(): Promise<void>;
  run(task: AgentTask): Promise<AgentAnswer>;
}

/** Finds the agent behind a reference. @throws {TroupeError} UNKNOWN_AGENT listing the known names. */
export type Agents = (ref: AgentRef, actionDir: string) => Agent;
