import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { Id } from './id.ts';
import { Isolation } from './setup.ts';
import { MergeStrategy } from './subplan.ts';

export const DecisionType = z.enum([
  'prompt_definition',
  'invariant_enforced',
  'strategy_choice',
  'resource_selection',
  'subplan_spawn',
  'subplan_parallel_spawn',
  'implementation_choice',
  'tool_invocation',
  'error_recovery',
  'validation_response',
  'user_intervention',
  'reversion',
]);
export type DecisionType = z.infer<typeof DecisionType>;

/** The payload of a spawn decision. */
export const SpawnPayload = z.strictObject({
  /** The plan that spawns. */
  planId: Id,
  goal: z.string(),
  resourceScopes: z.array(z.string()),
  projectRef: z.string().nullable(),
  parallel: z.boolean(),
  maxParallel: z.number().int().nullable(),
  mergeStrategy: MergeStrategy.nullable(),
  /** Ids of sibling spawn decisions that must complete first. */
  dependencies: z.array(Id),
  contextView: z.enum(['strategize', 'execute', 'apply', 'default']),
  /** When omitted, the parent's configuration decides. */
  isolation: Isolation.optional(),
  strategyActor: AgentRef.nullable(),
  executionActor: AgentRef.nullable(),
  /** The number of the attempt, from 1, when the subplans are attempts at one goal. */
  attempt: z.number().int().min(1).optional(),
  /** Guidance from a correction. */
  guidance: z.array(z.string()).default([]),
  arguments: z.record(z.string(), z.unknown()),
  /** Parts of a result that a person rejected and this subplan redoes: files in their previous state, or hunks of them. */
  rejected: z
    .array(z.strictObject({ path: z.string(), after: z.string().nullable(), hunks: z.array(z.string()) }))
    .optional(),
});
export type SpawnPayload = z.infer<typeof SpawnPayload>;

/** A recorded choice. The decisions of a plan form a tree whose root is its prompt_definition. */
export const Decision = z.strictObject({
  decisionId: Id,
  planId: Id,
  parentDecisionId: Id.nullable(),
  type: DecisionType,
  question: z.string(),
  chosenOption: z.string(),
  alternatives: z.array(z.strictObject({ description: z.string(), reason: z.string() })),
  confidence: z.number().min(0).max(1),
  rationale: z.string(),
  /** Depends on the decision's type: SpawnPayload for spawns, free for the rest. */
  payload: z.record(z.string(), z.unknown()),
  /** Decisions that influenced this one. */
  dependsOn: z.array(Id),
  /** Position within the plan; assigned when it is recorded. */
  sequence: z.number().int(),
  contextSnapshot: z.strictObject({
    treeOid: z.string().nullable(),
    checkpointId: z.string().nullable(),
    actorStateRef: z.string().nullable(),
  }),
  artifacts: z.array(z.string()),
  supersededBy: Id.nullable(),
  createdAt: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** A decision before it is recorded: sequence and time are assigned at the commit. */
export type DecisionDraft = Omit<Decision, 'sequence' | 'createdAt'>;

const everyPhase = new Set<DecisionType>([
  'prompt_definition',
  'invariant_enforced',
  'error_recovery',
  'user_intervention',
  'reversion',
  'validation_response',
]);
const byPhase: Record<'strategize' | 'execute' | 'apply', ReadonlySet<DecisionType>> = {
  strategize: new Set(['strategy_choice', 'resource_selection', 'subplan_spawn', 'subplan_parallel_spawn']),
  execute: new Set([
    'implementation_choice',
    'tool_invocation',
    'resource_selection',
    'subplan_spawn',
    'subplan_parallel_spawn',
  ]),
  apply: new Set(['implementation_choice', 'tool_invocation']),
};

/** Returns whether decisions of a type may be recorded in a phase. */
export function mayRecord(phase: 'strategize' | 'execute' | 'apply', type: DecisionType): boolean {
  return everyPhase.has(type) || byPhase[phase].has(type);
}

/** Returns whether a decision of this type spawns a subplan. */
export function isSpawn(type: DecisionType): boolean {
  return type === 'subplan_spawn' || type === 'subplan_parallel_spawn';
}

/** The guidance of a reversion without a message. */
export const defaultRevertGuidance = 'Find another approach';
