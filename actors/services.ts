import type { AgentRef, AgentRole } from '../src/model/agent.ts';
import type { Approval, ApprovalAnswer } from '../src/model/approval.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../src/model/checkpoint.ts';
import type { DecisionDraft } from '../src/model/decision.ts';
import type { EffectName } from '../src/model/effects.ts';
import type { Invariant } from '../src/model/invariant.ts';
import type { Phase, PlanSpec, ProjectLink } from '../src/model/plan.ts';
import type { AgentQuestion, QuestionAnswer } from '../src/model/question.ts';
import type { Redactor } from '../src/model/redactor.ts';
import type { GlobMatcher } from '../src/model/scope.ts';
import type { SecretMatch } from '../src/model/secrets.ts';
import type { RecordedSpawn } from '../src/model/spawn.ts';
import type { ToolCall } from '../src/model/tool.ts';
import type { AgentTask, ResolvedAgent, ToolCaller } from '../src/ports/agent.ts';
import type { AgentSlots } from '../src/ports/agent-slots.ts';
import type { BudgetLease, BudgetTracker } from '../src/ports/budget.ts';
import type { CheckoutWatch } from '../src/ports/checkout-watch.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Dispatcher } from '../src/ports/dispatcher.ts';
import type { ExecutionSlots } from '../src/ports/execution-slots.ts';
import type { Files } from '../src/ports/files.ts';
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
  /** The sandbox's tree after a call that may have written; null for other calls. */
  tree: string | null;
}

export interface ToolSession {
  spec: PlanSpec;
  phase: Phase;
  role: AgentRole;
  files: Files;
  /** Returns where programs run in the sandbox; creates its folder when there is none yet. */
  workplace(): Promise<SandboxEnvironment>;
  signal: AbortSignal;
  /** Tags every process started for this work. */
  key: string;
  /** Confidence in the plan, compared with the write and run thresholds. */
  confidence: number;
  /** Subplans recorded so far; grows with the calls. */
  spawns: readonly RecordedSpawn[];
  /** The budget of its calls. */
  account: BudgetLease;
  /** Requests a person's approval; resolves with the answer, however long that takes. */
  approve(
    request: Pick<Approval, 'tool' | 'words' | 'threshold' | 'input'>,
  ): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>>;
  checkpoint(trigger: CheckpointTrigger, label: string | null, tool: string | null): Promise<CheckpointDraft>;
  log(line: string): void;
  /** Asks a person; resolves with the answer, however long that takes. */
  askPerson(question: AgentQuestion, signal: AbortSignal): Promise<QuestionAnswer>;
  /** Returns the tree of the sandbox. */
  tree(): Promise<string>;
  /** Runs one call, or returns the one recorded before a crash under the same position or key. */
  around(
    at: number | string,
    writes: boolean,
    run: () => Promise<Omit<RecordedToolCall, 'tree'>>,
  ): Promise<RecordedToolCall>;
}

/** The dependencies of effects. The runtime creates them once; effects use nothing else. */
export interface EffectServices {
  project(link: ProjectLink): Project;
  /** Returns what is known of an agent. Only the dispatcher runs agents. @throws {TroupeError} UNKNOWN_AGENT */
  agents(ref: AgentRef, actionDir: string): Omit<ResolvedAgent, 'run'>;
  dispatcher: Dispatcher;
  ledger: Ledger;
  budgets: BudgetTracker;
  turns: AgentSlots;
  slots: ExecutionSlots;
  clock: Clock;
  mintId(): string;
  matches: GlobMatcher;
  /** Finds possible credentials in a file. */
  secrets(path: string, content: Buffer): Promise<SecretMatch[]>;
  /** Resources, which merge their own files. */
  resources: readonly Resource[];
  run: RunProcess;
  /** Watches your checkouts while agents work. */
  checkouts: CheckoutWatch;
  /** Finds the program for a bare name or an absolute path in an environment; null when there is none. */
  locate(program: string, env: Readonly<Record<string, string>>): Promise<string | null>;
  /**
   * Runs an effect of a plan; an uncaught error in it fails the work and aborts its signal. It begins once the files of the
   * plan are in this repository.
   */
  guard<Result>(
    about: { planId: string; signal: AbortSignal; effect: EffectName },
    act: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Runs an apply. Its signal is also aborted by a cancel of the plan, which the machine otherwise delays. */
  withdrawable<Result>(
    about: { planId: string; signal: AbortSignal },
    act: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Resolves when all stopped programs of this plan have exited. */
  stopped(planId: string): Promise<void>;
  /** Environment of programs, by allow-list. */
  env: Record<string, string>;
  /**
   * Returns variables with the secret arguments of a plan.
   * @throws {TroupeError} INVALID_ARGUMENT when this process does not have one
   */
  secretVariables(spec: PlanSpec): Record<string, string>;
  toolNames: readonly string[];
  tools(bench: ToolSession): ToolCaller;
  /** Returns how an agent that works by its own means asks for permission. */
  permit(
    bench: Pick<ToolSession, 'spec' | 'phase' | 'role' | 'signal' | 'confidence' | 'account' | 'approve'>,
  ): AgentTask['permit'];
  /** Returns the answer to a recorded request: the recorded one, or the one that will be given. */
  waitForApproval(asked: Approval, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** Runs a module's default export as an invariant's check; returns true, or a sentence that describes the violation. */
  runInvariantModule(
    module: string,
    from: string,
    question: { directory: string; files: string[]; invariant: Invariant },
  ): Promise<true | string>;
  /** Redacts everything that is recorded or shown. */
  redactor: Redactor;
  /** Appends a line to a plan's log, under the name of what prints it. */
  log(planId: string, step: string, line: string): void;
  /** Returns the last lines of a plan's log, at most `most`. */
  lastLines(planId: string, most: number): Promise<string[]>;
}
