import type { AgentRef, AgentRole } from '../model/agent.ts';
import type { AgentUsage } from '../model/budget.ts';
import type { Decision, DecisionDraft } from '../model/decision.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { CommitMessage } from '../model/review.ts';
import type { Tool } from './tool.ts';

/** Calls a tool by name: an agent's only way to act that is journaled and guarded. */
export type ToolCaller = (tool: string, input: unknown, options?: ToolCallOptions) => Promise<unknown>;

export interface ToolCallOptions {
  /**
   * How a call that was recorded before a crash is found again. `position`: the agent makes the same calls in the same order.
   * `content`: it may make others; the call is found by its tool and its input, and by how often it was made. @default position
   */
  foundBy?: 'position' | 'content';
  /** Ends the call, which is then not recorded. @default the signal of the task alone */
  signal?: AbortSignal;
  /** A tool of the agent's own, which its host does not know. It is judged and recorded like any other. @default that of the name */
  tool?: Tool;
}

/** The session in which an agent works: a conversation that it stores itself, so that another process of it can continue. */
export interface TaskSession {
  /** The session to continue; null: the agent begins a new one. Once the agent has a session, this is that one. */
  readonly last: ContinuedSession | null;
  /**
   * Records the session of this run, as soon as the agent reports it.
   * @param given digests of what the prompt contains
   */
  keep(id: string, given: readonly string[]): void;
  /** The agent cannot continue `last`: restores the files to the start of the task. `last` is null afterwards. */
  restart(): Promise<void>;
}

export interface ContinuedSession {
  id: string;
  /** Digests of what its prompts contained so far. */
  given: readonly string[];
  /** What its runs used, for agents that report totals of the session. */
  usage: AgentUsage;
  /** Whether its last run was interrupted. The files are then as that run left them, else as at the start of the task. */
  interrupted: boolean;
}

/** One task for an agent. */
export interface AgentTask {
  role: AgentRole;
  plan: PlanSpec;
  attempt: number;
  /**
   * The folder to read (strategy) or to work in (execution): a sandbox, never your checkout. Exists only for agents
   * that use it.
   */
  directory: string;
  /** Environment variables for programs in the sandbox: its location, its ports, and variables from the set-up. */
  variables: Record<string, string>;
  /** Decisions recorded so far, in order. */
  decisions: readonly Decision[];
  /** Guidance from users, oldest first. */
  guidance: readonly string[];
  /** Advice from earlier failures, to prevent them. */
  advice: readonly string[];
  /** For `fix`: the failure, with the end of its output. For `conflict`: the path. */
  problem: string | null;
  /** For a `review` that chooses one of several attempts: their numbers. @default none */
  choices?: readonly number[] | undefined;
  /** For `review` and `apply`: the changes of the result, as a stat and a unified diff; truncated when very long. */
  diff: string | null;
  call: ToolCaller;
  /** Tools of the agent's own that it may call beside those of every agent. @default none */
  tools?: readonly Tool[];
  /**
   * Asks whether the agent may do by its own means what a tool does. Guards and approvals apply as to a call of the tool, with
   * this input; a call is not recorded. Resolves if it may.
   * @throws {TroupeError} TOOL_REFUSED, APPROVAL_NEEDED, BUDGET_EXHAUSTED, CANCELLED
   */
  permit(tool: string, input: unknown): Promise<void>;
  /**
   * Does something once: after a crash returns the recorded result. `name` is unique within the task, the result is JSON.
   * Secrets are removed from the result.
   */
  once<Result>(name: string, act: () => Promise<Result>): Promise<Result>;
  /** null for an agent without `sessions`. */
  session: TaskSession | null;
  /** Reports usage so far, in addition to the usage in the result, so that a budget can stop the agent while it works. */
  reportUsage(usage: AgentUsage): void;
  /**
   * Makes a request that costs something, such as one to a model. As with `once`, after a crash the recorded result is returned;
   * its usage counts once, and it is journaled, for a rollback to a checkpoint of the work.
   */
  ask<Result>(name: string, request: () => Promise<{ result: Result; usage: AgentUsage }>): Promise<Result>;
  /** Appends a line to the log of the step. */
  log(line: string): void;
  /** Logs a line of a program's output as printed; `log` gets its meaning. Shown only when the original output is requested. */
  logOutput(line: string): void;
  signal: AbortSignal;
  /** Stable across retries after a crash; also tags every process started for this task. */
  key: string;
}

/** What an agent returns when it finishes. */
export interface AgentAnswer {
  decisions: DecisionDraft[];
  summary: string;
  estimate?: Record<string, unknown>;
  /** For `apply`: the commit message. */
  message?: CommitMessage;
  /** Usage that was not yet reported with `reportUsage`. */
  usage?: AgentUsage;
  /** Actions the agent was not permitted to do, and the arguments that permit them. Work that then changes nothing fails. */
  refused?: { actions: string[]; permissions: string | null };
}

/** A program, script or list of steps that does the work of a phase: it plans, does or reviews what a task asks for. */
export interface Agent {
  /**
   * Whether the agent needs the folder `directory`. An agent that does all its work through `call` sets false: its
   * sandbox then needs no folder, which costs next to nothing.
   * @default true
   */
  readonly usesDirectory?: boolean;
  /** Whether the agent reports its tokens and its cost. @default not known */
  readonly reports?: { readonly tokens: boolean; readonly usd: boolean };
  /**
   * Whether a run after a crash reports the usage of the interrupted run again, as code does that gets its recorded calls.
   * false for a program, which starts again: its usage is then recorded while it works, and a crash loses little of it.
   * @default true
   */
  readonly repeatsUsage?: boolean;
  /** The program whose sessions later runs continue, such as `claude`. @default none: every run begins from the start */
  readonly sessions?: string;
  /** What its rate limits belong to: agents of the same account wait for each other's. @default its name or kind */
  readonly account?: string;
  /**
   * Checks that the agent can work: program on PATH, module loads, key present.
   * @throws {TroupeError} AGENT_UNAVAILABLE, saying what to do.
   */
  check(): Promise<void>;
  run(task: AgentTask): Promise<AgentAnswer>;
}

/** The agent of a reference. */
export interface ResolvedAgent extends Agent {
  readonly account: string;
}

/** Returns the agent of a reference. @throws {TroupeError} UNKNOWN_AGENT, listing the known names. */
export type Agents = (ref: AgentRef, actionDir: string) => ResolvedAgent;
