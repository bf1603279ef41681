import type { AgentRole } from '../src/model/agent.ts';
import type { Approval, ApprovalAnswer } from '../src/model/approval.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../src/model/checkpoint.ts';
import type { DecisionDraft } from '../src/model/decision.ts';
import type { Invariant } from '../src/model/invariant.ts';
import type { Phase, PlanSpec, ProjectLink } from '../src/model/plan.ts';
import type { Redactor } from '../src/model/redactor.ts';
import type { SecretMatch } from '../src/model/secrets.ts';
import type { RecordedSpawn } from '../src/model/spawn.ts';
import type { ToolCall } from '../src/model/tool.ts';
import type { Agents, ToolCaller } from '../src/ports/agent.ts';
import type { AgentSlots } from '../src/ports/agent-slots.ts';
import type { BudgetLease, BudgetTracker } from '../src/ports/budget.ts';
import type { CheckoutWatch } from '../src/ports/checkout-watch.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ExecutionSlots } from '../src/ports/execution-slots.ts';
import type { Files } from '../src/ports/files.ts';
import type { GlobMatcher } from '../src/ports/glob.ts';
import type { Ledger } from '../src/ports/ledger.ts';
import type { RunProcess } from '../src/ports/process.ts';
import type { Project } from '../src/ports/project.ts';
import type { Resource } from '../src/ports/resource.ts';
import type { SandboxEnvironment } from '../src/ports/tool.ts';

/** One tool call as it is recorded and, after a crash, replayed. */
export interface RecordedToolCall {
  call: ToolCall;
  decisions: DecisionDraft[];
  checkpoints: CheckpointDraft[];
  /** The sandbox after a call that may have written; null for the others. */
  tree: string | null;
}

export interface ToolSession {
  spec: PlanSpec;
  phase: Phase;
  role: AgentRole;
  files: Files;
  /** Where programs run in the sandbox; its folder is made where there is none yet. */
  workplace(): Promise<SandboxEnvironment>;
  signal: AbortSignal;
  /** Marks every process started for this work. */
  key: string;
  /** Confidence behind the plan, which the write and run thresholds are held against. */
  confidence: number;
  /** Subplans recorded so far; grows with the calls. */
  spawns: readonly RecordedSpawn[];
  /** Where its calls are paid from. */
  account: BudgetLease;
  /** Asks a person for what may not be done without; resolves with the answer, however long that takes. */
  approve(
    request: Pick<Approval, 'tool' | 'words' | 'threshold' | 'input'>,
  ): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>>;
  checkpoint(trigger: CheckpointTrigger, label: string | null, tool: string | null): Promise<CheckpointDraft>;
  log(line: string): void;
  /** Runs one call, or returns the one recorded before a crash. */
  around(index: number, writes: boolean, run: () => Promise<Omit<RecordedToolCall, 'tree'>>): Promise<RecordedToolCall>;
}

/** What effects may ask the world for. The runtime builds it once; effects hold nothing else. */
export interface EffectServices {
  project(link: ProjectLink): Project;
  agents: Agents;
  ledger: Ledger;
  budgets: BudgetTracker;
  turns: AgentSlots;
  slots: ExecutionSlots;
  clock: Clock;
  mintId(): string;
  matches: GlobMatcher;
  /** What looks like a credential in a file. */
  secrets(path: string, content: Buffer): Promise<SecretMatch[]>;
  /** What does not merge as files do. */
  resources: readonly Resource[];
  run: RunProcess;
  /** The user's checkouts while agents work. */
  checkouts: CheckoutWatch;
  /** The program that a bare name or an absolute path stands for in an environment; null when there is none. */
  locate(program: string, env: Readonly<Record<string, string>>): Promise<string | null>;
  /** Does work for a plan; what it throws where nothing can catch it fails this work, and its signal is aborted. */
  guard<Result>(
    about: { planId: string; signal: AbortSignal },
    act: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Applies something of a plan; the signal given is aborted by a cancel of the plan too, which the chart lets wait. */
  withdrawable<Result>(
    about: { planId: string; signal: AbortSignal },
    act: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Until nothing is left of the programs of this plan that were stopped. */
  stopped(planId: string): Promise<void>;
  /** Environment of programs we start, by allow-list. */
  env: Record<string, string>;
  /** Variables with the secret arguments of a plan. @throws {TroupeError} INVALID_ARGUMENT where this process does not have one */
  secretVariables(spec: PlanSpec): Record<string, string>;
  toolNames: readonly string[];
  tools(bench: ToolSession): ToolCaller;
  /** The answer to what was asked, which is on disk already: the recorded one, or the one that will be given. */
  waitForApproval(asked: Approval, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** Runs a module's default export as an invariant's check; true or a sentence on what is wrong. */
  runInvariantModule(
    module: string,
    from: string,
    question: { directory: string; files: string[]; invariant: Invariant },
  ): Promise<true | string>;
  /** For what is recorded or shown. */
  redactor: Redactor;
  /** Appends a line to a plan's log, under the name of what prints it. */
  log(planId: string, step: string, line: string): void;
  /** The last lines of a plan's log, at most so many. */
  lastLines(planId: string, most: number): Promise<string[]>;
}
