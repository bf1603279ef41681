import type { z } from 'zod';
import type { CheckpointDraft, CheckpointTrigger } from '../model/checkpoint.ts';
import type { DecisionDraft } from '../model/decision.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { RecordedSpawn } from '../model/spawn.ts';
import type { SideEffect } from '../model/tool.ts';
import type { Files } from './files.ts';

/** A sandbox's folder, and the variables for programs that run in it. */
export interface SandboxEnvironment {
  directory: string;
  variables: Record<string, string>;
}

/** What a tool may use while it runs. */
export interface ToolContext {
  plan: PlanSpec;
  phase: 'strategize' | 'execute' | 'apply';
  /** The files of the sandbox, which no path may leave. */
  files: Files;
  /** Where programs run in the sandbox. Where it has no folder yet, asking makes one and sets it up. @throws {TroupeError} SETUP_FAILED */
  openEnvironment(): Promise<SandboxEnvironment>;
  signal: AbortSignal;
  /** Marks every process the tool starts. */
  key: string;
  /** A fresh ULID, the same when the call is replayed. */
  mintId(): string;
  /** Records a decision with the plan. */
  decide(decision: DecisionDraft): void;
  /** Subplans recorded so far that run in one group with those that are recorded now: their siblings. */
  spawns(): readonly RecordedSpawn[];
  checkpoint(trigger: CheckpointTrigger, label: string | null): Promise<CheckpointDraft>;
  log(line: string): void;
}

/** A typed capability. `name` is canonical; `aliases` resolve to it. */
export interface Tool<Input = unknown, Output = unknown> {
  name: string;
  aliases?: readonly string[];
  description: string;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  sideEffects: readonly SideEffect[];
  /** When input does not parse: answered in place of running, or left out to refuse with TOOL_REFUSED. */
  invalid?(error: z.ZodError): Output;
  run(input: Input, context: ToolContext): Promise<Output>;
}
