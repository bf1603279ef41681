import type { AgentRole } from '../../model/agent.ts';
import type { ApprovalAnswer } from '../../model/approval.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../../model/checkpoint.ts';
import type { DecisionDraft } from '../../model/decision.ts';
import type { Phase, PlanSpec } from '../../model/plan.ts';
import type { ThresholdName, ToolGuards } from '../../model/profile.ts';
import type { AgentQuestion, QuestionAnswer } from '../../model/question.ts';
import type { Redactor } from '../../model/redactor.ts';
import type { RecordedSpawn } from '../../model/spawn.ts';
import type { ToolCall } from '../../model/tool.ts';
import type { BudgetLease } from '../../ports/budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import type { SandboxEnvironment, Tool } from '../../ports/tool.ts';

export interface ToolRunnerOptions {
  tools: readonly Tool[];
  plan: PlanSpec;
  phase: Phase;
  agentRole: AgentRole;
  /** The sandbox. */
  files: Files;
  /** Returns where programs run in the sandbox; creates its folder when there is none yet. */
  workplace(): Promise<SandboxEnvironment>;
  signal: AbortSignal;
  /** Tags every process a tool starts. @default the plan's id */
  key?: string;
  clock: Clock;
  mintId(): string;
  /** The confidence in the plan, compared with the profile's thresholds. @default 1 */
  confidence?: number;
  /** @default those of the plan's profile */
  guards?: ToolGuards;
  /** Subplans recorded so far; may grow meanwhile. @default none */
  spawns?: readonly RecordedSpawn[];
  /** Creates a checkpoint of the sandbox. @default checkpoints are refused */
  checkpoint?(trigger: CheckpointTrigger, label: string | null, tool: string | null): Promise<CheckpointDraft>;
  /** Automatic checkpoints around every call that may write. @default none */
  checkpointOn?: readonly ('beforeToolExecute' | 'afterToolExecute')[];
  /** The budget of the calls. @default the plan's budget of calls, for this step alone */
  budget?: Pick<BudgetLease, 'call' | 'called'>;
  /** Requests approval for calls below the profile's threshold. @default none: APPROVAL_NEEDED */
  approve?(request: ApprovalRequest): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>>;
  /** Asks a person. @default there is no person: the agent decides itself */
  askPerson?(question: AgentQuestion, signal: AbortSignal): Promise<QuestionAnswer>;
  /** Returns the tree of the sandbox. @default not known */
  tree?(): Promise<string>;
  /** Redacts recorded calls. @default redacts credential patterns only */
  redactor?: Redactor;
  log?(line: string): void;
  /** Receives every call, replayed ones included. */
  onCall?(call: ToolCall, made: Omit<PerformedCall, 'call'>): void;
  /** Makes a call durable: runs it, or returns the one recorded under this position or key before a crash. */
  around?(at: number | string, writes: boolean, run: () => Promise<PerformedCall>): Promise<PerformedCall>;
}
export interface ApprovalRequest {
  tool: string;
  /** The call as text for a person. */
  words: string;
  /** The tool's input as JSON, short enough to display. */
  input: string;
  /** The threshold that was not reached. */
  threshold: ThresholdName;
}
/** A completed call with its decisions and checkpoints. */
export interface PerformedCall {
  call: ToolCall;
  decisions: DecisionDraft[];
  checkpoints: CheckpointDraft[];
}
