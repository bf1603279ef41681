/**
 * `builtin/plan-subplan`: records that a part of the goal becomes a subplan. It creates a decision, not a plan:
 * children are created from the recorded decisions once the strategy is complete.
 *
 * Invalid input returns `{ success: false, error }` naming the field, before any decision exists. Any other failure
 * is a bug and is thrown.
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { AgentRef } from '../../model/agent.ts';
import { SpawnPayload } from '../../model/decision.ts';
import { Id } from '../../model/id.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { normalizeScope, ResourceScope } from '../../model/scope.ts';
import { Isolation } from '../../model/setup.ts';
import { childScopes, scopeProblem, settingProblem } from '../../model/spawn.ts';
import { MergeStrategy } from '../../model/subplan.ts';
import type { Tool, ToolContext } from '../../ports/tool.ts';
import { matchesGlob } from '../fs/glob.ts';

export const SubplanInput = z
  .strictObject({
    /** The plan that spawns. */
    planId: Id,
    goal: z.string().refine(goal => goal.trim() !== '', 'a goal may not be empty'),
    resourceScopes: z
      .array(ResourceScope)
      .min(1, 'name at least one scope, or leave resourceScopes out')
      .max(1_000)
      .optional(),
    /** Alias of the project the subplan works on. */
    projectRef: z.string().min(1).optional(),
    parallel: z.boolean().default(false),
    maxParallel: z.number().int().min(1).max(50).optional(),
    mergeStrategy: MergeStrategy.optional(),
    /** Decisions of sibling subplans that must complete first. */
    dependencies: z.array(Id).max(1_000).default([]),
    contextView: z.enum(['strategize', 'execute', 'apply', 'default']).default('default'),
    /** @default as the plan's configuration says */
    isolation: Isolation.optional(),
    /** The decision that leads to this one. @default the root of the plan */
    parentDecisionId: Id.optional(),
    /** @default none, or the parent's for a recursive action */
    strategyActor: AgentRef.optional(),
    /** @default the parent's */
    executionActor: AgentRef.optional(),
    arguments: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ resourceScopes, projectRef }) => resourceScopes !== undefined || projectRef !== undefined, {
    path: ['resourceScopes'],
    error: 'name at least one of resourceScopes and projectRef',
  });
export type SubplanInput = z.output<typeof SubplanInput>;

export const PlanSubplanResult = z.discriminatedUnion('success', [
  SpawnPayload.extend({
    success: z.literal(true),
    decisionId: Id,
    decisionType: z.enum(['subplan_spawn', 'subplan_parallel_spawn']),
    parentDecisionId: Id,
    rationale: z.string(),
  }),
  z.strictObject({ success: z.literal(false), error: z.string() }),
]);
export type PlanSubplanResult = z.output<typeof PlanSubplanResult>;

/** Records a part of the goal as a subplan. */
export const planSubplanTool: Tool<SubplanInput, PlanSubplanResult> = {
  name: 'builtin/plan-subplan',
  aliases: ['local/create-subplan', 'create-subplan', 'plan-subplan'],
  description: 'Make a part of the goal a plan of its own, in Strategize or Execute.',
  input: SubplanInput,
  output: PlanSubplanResult,
  sideEffects: ['spawn_subplan'],
  invalid: error => ({ success: false, error: error.issues.map(sentence).join('; ') }),
  async run(input, context) {
    const problem = problemWith(input, context);
    if (problem !== null) return { success: false, error: problem };
    const decisionType = input.parallel ? 'subplan_parallel_spawn' : 'subplan_spawn';
    const decisionId = context.mintId();
    const parentDecisionId = input.parentDecisionId ?? context.plan.decisionRootId;
    const payload = payloadOf(input);
    const rationale = rationaleOf(payload);
    context.decide({
      decisionId,
      planId: input.planId,
      parentDecisionId,
      type: decisionType,
      question: 'Subplan',
      chosenOption: payload.goal,
      alternatives: [],
      confidence: 1,
      rationale,
      payload,
      dependsOn: payload.dependencies,
      contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
      artifacts: [],
      supersededBy: null,
    });
    return { success: true, decisionId, decisionType, parentDecisionId, rationale, ...payload };
  },
};

/** Checks beyond the schema: the ids, the project and the files belong to this plan, and its group allows the settings. */
function problemWith(input: SubplanInput, { plan, spawns }: Pick<ToolContext, 'plan' | 'spawns'>): string | null {
  if (input.planId !== plan.planId) return `planId: ${input.planId} is not the plan at work, ${plan.planId}`;
  const aliases = plan.projectLinks.map(({ alias }) => alias);
  if (input.projectRef !== undefined && !aliases.includes(input.projectRef)) {
    return `projectRef: the plan has no project ${input.projectRef}; known: ${aliases.join(', ')}`;
  }
  const payload = payloadOf(input);
  if (isItself(payload, plan)) {
    return `goal: this plan is the subplan "${plan.description}" itself, with the same files and arguments; agents are inherited by subplans, so one that always splits has to look at its depth, which is ${plan.depth}`;
  }
  const siblings = spawns();
  const ids = new Set(siblings.map(({ decisionId }) => decisionId));
  const stranger = input.dependencies.findIndex(id => !ids.has(id));
  if (stranger !== -1) {
    return `dependencies.${stranger}: ${input.dependencies[stranger]} is not a subplan recorded before in this plan`;
  }
  const others = siblings.map(sibling => sibling.payload);
  return scopeProblem(payload, plan, matchesGlob) ?? settingProblem(payload, plan.subplanConfig, others);
}

/** What a subplan would be recorded as, or why it would be refused; nothing is recorded. */
export function previewSubplan(
  input: unknown,
  context: Pick<ToolContext, 'plan' | 'spawns'>,
): { payload: SpawnPayload } | { problem: string } {
  const parsed = SubplanInput.safeParse(input);
  if (!parsed.success) return { problem: parsed.error.issues.map(sentence).join('; ') };
  const problem = problemWith(parsed.data, context);
  return problem === null ? { payload: payloadOf(parsed.data) } : { problem };
}

/** An agent that spawns in a child what it spawned in the parent would continue to the depth limit. */
function isItself(payload: SpawnPayload, plan: ToolContext['plan']): boolean {
  if (plan.depth === 0 || payload.goal !== plan.description) return false;
  const sameProject = payload.projectRef === null || plan.projectLinks.length === 1;
  const [files, own] = [new Set(childScopes(payload, plan)), new Set(plan.resourceScopes)];
  const sameArguments = isDeepStrictEqual({ ...plan.arguments, ...payload.arguments }, plan.arguments);
  return sameProject && sameArguments && isDeepStrictEqual(files, own);
}

function payloadOf(input: SubplanInput): SpawnPayload {
  return {
    planId: input.planId,
    goal: input.goal.trim(),
    resourceScopes: [...new Set((input.resourceScopes ?? []).map(normalizeScope))],
    projectRef: input.projectRef ?? null,
    parallel: input.parallel,
    maxParallel: input.maxParallel ?? null,
    mergeStrategy: input.mergeStrategy ?? null,
    dependencies: [...new Set(input.dependencies)],
    contextView: input.contextView,
    ...omitUndefined({ isolation: input.isolation }),
    strategyActor: input.strategyActor ?? null,
    executionActor: input.executionActor ?? null,
    guidance: [],
    arguments: input.arguments,
  };
}

function rationaleOf(payload: SpawnPayload): string {
  const targets = [
    ...(payload.resourceScopes.length === 0 ? [] : [`on ${payload.resourceScopes.join(', ')}`]),
    ...(payload.projectRef === null ? [] : [`in project ${payload.projectRef}`]),
  ];
  const limits = [
    ...(payload.maxParallel === null ? [] : [`at most ${payload.maxParallel} at once`]),
    ...(payload.mergeStrategy === null ? [] : [`merged by ${payload.mergeStrategy}`]),
  ];
  const mode = payload.parallel ? 'in parallel with its siblings' : 'one after another';
  const order = payload.dependencies.length === 0 ? 'no dependencies' : `after ${payload.dependencies.join(', ')}`;
  return [
    `Subplan "${payload.goal}" ${targets.join(' ')}`,
    [mode, ...limits].join(', '),
    order,
    `context view ${payload.contextView}`,
  ].join('; ');
}

function sentence(issue: z.core.$ZodIssue): string {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `${key}: unknown field`).join('; ');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}
