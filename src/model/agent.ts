import * as z from 'zod';
import { CommitMessage, Finding } from './review.ts';
import { Isolation } from './setup.ts';
import { MergeStrategy } from './subplan.ts';

/** What an agent is asked for. */
export const AgentRole = z.enum(['strategy', 'execution', 'fix', 'estimation', 'conflict', 'review', 'apply']);
export type AgentRole = z.infer<typeof AgentRole>;

/** Whether an agent asked for this only looks at the project: it changes no file and runs no program through tools. */
export function onlyLooks(role: AgentRole): boolean {
  return role === 'strategy' || role === 'estimation' || role === 'review' || role === 'apply';
}

/** Watchdogs of one run of a program. Seconds. */
export const Watchdogs = z.strictObject({
  totalSeconds: z.number().positive().default(3600),
  /** No output so far for so long: it has not come to work. @default as idleSeconds */
  startSeconds: z.number().positive().optional(),
  /** No output for so long: stalled. */
  idleSeconds: z.number().positive().default(600),
  /** After the program has said that it is done, how long it may take to exit. @default as graceSeconds */
  resultSeconds: z.number().positive().optional(),
  /** After the program was asked to end, how long it may take to exit. */
  graceSeconds: z.number().positive().default(10),
  /** More output than that: flooded. */
  outputMiB: z.number().positive().default(256),
});
export type Watchdogs = z.infer<typeof Watchdogs>;

const path = z.string().min(1).max(512);

/** When a step applies. What is left out does not matter; a list means any of its entries. */
export const StepCondition = z.strictObject({
  role: AgentRole.optional(),
  /** The plan's goal, word for word. */
  goal: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  /** 0 is a root plan, 1 its subplans. */
  depth: z.number().int().min(0).optional(),
});
export type StepCondition = z.infer<typeof StepCondition>;

const condition = { if: StepCondition.optional() };

/** A choice an agent made, as it says it. */
export const SpokenDecision = z.strictObject({
  question: z.string().min(1),
  choose: z.string().min(1),
  rationale: z.string().default(''),
  confidence: z.number().min(0).max(1).default(1),
  alternatives: z.array(z.strictObject({ description: z.string().min(1), reason: z.string().default('') })).default([]),
});
export type SpokenDecision = z.infer<typeof SpokenDecision>;

/** A subplan an agent asks for, as it says it; the tool `builtin/plan-subplan` takes it from there. */
export const SpokenSubplan = z.strictObject({
  /** A word by which later subplans of the same agent can depend on this one. */
  key: z.string().min(1).optional(),
  goal: z.string().min(1),
  /** Left out together with `projectRef`: the whole of the plan's first project. */
  resourceScopes: z.array(path).optional(),
  projectRef: z.string().min(1).optional(),
  parallel: z.boolean().default(true),
  maxParallel: z.number().int().optional(),
  mergeStrategy: MergeStrategy.optional(),
  contextView: z.enum(['strategize', 'execute', 'apply', 'default']).optional(),
  isolation: Isolation.optional(),
  /** Keys of other subplans of this agent, or ids of decisions, that must complete first. */
  dependsOn: z.array(z.string().min(1)).default([]),
  strategyActor: z.lazy(() => AgentRef).optional(),
  executionActor: z.lazy(() => AgentRef).optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});
export type SpokenSubplan = {
  key?: string | undefined;
  goal: string;
  resourceScopes?: string[] | undefined;
  projectRef?: string | undefined;
  parallel: boolean;
  maxParallel?: number | undefined;
  mergeStrategy?: MergeStrategy | undefined;
  contextView?: 'strategize' | 'execute' | 'apply' | 'default' | undefined;
  isolation?: Isolation | undefined;
  dependsOn: string[];
  strategyActor?: AgentRef | undefined;
  executionActor?: AgentRef | undefined;
  arguments?: Record<string, unknown> | undefined;
};

/**
 * One declared step of a `steps` agent. Without `if` a finding belongs to a review, a message to the commit, and any other
 * step applies when the agent is asked for a strategy or for the work itself; being asked for anything else takes a step that
 * says so.
 */
export const Step: z.ZodType<Step> = z.union([
  z.strictObject({ write: z.strictObject({ path, content: z.string() }), ...condition }),
  z.strictObject({ edit: z.strictObject({ path, find: z.string().min(1), replace: z.string() }), ...condition }),
  z.strictObject({ delete: z.strictObject({ path }), ...condition }),
  z.strictObject({
    run: z.strictObject({ argv: z.array(z.string()).min(1), timeoutSeconds: z.number().positive().optional() }),
    ...condition,
  }),
  z.strictObject({ subplan: SpokenSubplan, ...condition }),
  z.strictObject({ checkpoint: z.strictObject({ label: z.string().min(1) }), ...condition }),
  z.strictObject({ decide: SpokenDecision, ...condition }),
  z.strictObject({ finding: Finding, ...condition }),
  z.strictObject({ message: CommitMessage, ...condition }),
]);
export type Step = (
  | { write: { path: string; content: string } }
  | { edit: { path: string; find: string; replace: string } }
  | { delete: { path: string } }
  | { run: { argv: string[]; timeoutSeconds?: number | undefined } }
  | { subplan: SpokenSubplan }
  | { checkpoint: { label: string } }
  | { decide: SpokenDecision }
  | { finding: Finding }
  | { message: CommitMessage }
) & { if?: StepCondition | undefined };

/** An agent described in place, without code of the host. */
export const AgentSpec: z.ZodType<AgentSpec> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('steps'), steps: z.array(Step).default([]) }),
  z.strictObject({ kind: z.literal('script'), module: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('command'),
    argv: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()).default({}),
    watchdogs: Watchdogs.prefault({}),
  }),
]) as z.ZodType<AgentSpec>;
export type AgentSpec =
  | { kind: 'steps'; steps: Step[] }
  | { kind: 'script'; module: string }
  | { kind: 'command'; argv: string[]; env: Record<string, string>; watchdogs: Watchdogs };

/** An agent by name (registered by the host) or described in place. */
export const AgentRef: z.ZodType<AgentRef> = z.union([z.string().min(1), AgentSpec]);
export type AgentRef = string | AgentSpec;
