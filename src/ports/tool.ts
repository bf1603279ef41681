import type { z } from 'zod';
import type { CheckpointDraft, CheckpointTrigger } from '../model/checkpoint.ts';
import type { DecisionDraft } from '../model/decision.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { AgentQuestion, QuestionAnswer } from '../model/question.ts';
import type { RecordedSpawn } from '../model/spawn.ts';
import type { SideEffect } from '../model/tool.ts';
import type { Files } from './files.ts';

/** A sandbox's folder, and the environment variables for programs in it. */
export interface SandboxEnvironment {
  directory: string;
  variables: Record<string, string>;
}

/** What a tool may use while it runs. */
export interface ToolContext {
  plan: PlanSpec;
  phase: 'strategize' | 'execute' | 'apply';
  /** The files of the sandbox; no path may leave it. */
  files: Files;
  /**
   * Returns where programs run in the sandbox. Creates and sets up its folder when there is none yet.
   * @throws {TroupeError} SETUP_FAILED
   */
  openEnvironment(): Promise<SandboxEnvironment>;
  signal: AbortSignal;
  /** Tags every process the tool starts. */
  key: string;
  /** Returns a new ULID, the same when the call is replayed. */
  mintId(): string;
  /** Records a decision of the plan. */
  decide(decision: DecisionDraft): void;
  /** Returns the recorded subplans that belong to the same group as those recorded now: their siblings. */
  spawns(): readonly RecordedSpawn[];
  checkpoint(trigger: CheckpointTrigger, label: string | null): Promise<CheckpointDraft>;
  /** Asks a person, and resolves with the answer, however long that takes. */
  askPerson(question: AgentQuestion): Promise<QuestionAnswer>;
  log(line: string): void;
}

/** A typed function that an agent may call. `name` is canonical; `aliases` resolve to it. */
export interface Tool<Input = unknown, Output = unknown> {
  name: string;
  aliases?: readonly string[];
  description: string;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  sideEffects: readonly SideEffect[];
  /** Returns the output when the input does not parse. Without it, the call is refused with TOOL_REFUSED. */
  invalid?(error: z.ZodError): Output;
  run(input: Input, context: ToolContext): Promise<Output>;
}
