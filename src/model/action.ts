import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { ApprovalModes } from './approval.ts';
import { Budget } from './budget.ts';
import { CheckpointConfig } from './checkpoint.ts';
import { ExecutionEnvironment, ExecutionEnvPriority } from './environment.ts';
import { InvariantDraft } from './invariant.ts';
import { AfterLanding, CommitNote } from './landing.ts';
import { Name } from './name.ts';
import { Checkout, Setup } from './setup.ts';
import { SubplanConfig } from './subplan.ts';
import { Validation } from './validation.ts';

/** A declared argument of an action. */
export const ActionArgument = z.strictObject({
  type: z.enum(['string', 'number', 'boolean']).default('string'),
  required: z.boolean().default(false),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  description: z.string().default(''),
});
export type ActionArgument = z.infer<typeof ActionArgument>;

/** A reusable template of plans. Unknown keys are refused by name. */
export const Action = z.strictObject({
  name: Name,
  description: z.string().min(1),
  longDescription: z.string().default(''),
  definitionOfDone: z.string().default(''),
  strategyActor: AgentRef.nullable().default(null),
  executionActor: AgentRef,
  estimationActor: AgentRef.nullable().default(null),
  reviewActor: AgentRef.nullable().default(null),
  applyActor: AgentRef.nullable().default(null),
  /** Who settles conflicts where an agent is to; null: whoever executes. */
  conflictActor: AgentRef.nullable().default(null),
  /** null turns reconciliation off for plans of this action; what is not said is as the project says. */
  invariantActor: z.string().nullable().optional(),
  arguments: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/), ActionArgument).default({}),
  automationProfile: z.string().nullable().default(null),
  invariants: z.array(InvariantDraft).default([]),
  validations: z.array(Validation).default([]),
  /** What sandboxes get before programs run in them. */
  setup: Setup.optional(),
  checkout: Checkout.optional(),
  /** Variables of every program of its plans, wherever it runs. They are stored with each plan: no place for secrets. */
  executionEnvironment: ExecutionEnvironment.default({}),
  /** What holds where the host has a variable of the same name: the host's, or the plan's. */
  executionEnvPriority: ExecutionEnvPriority.default('fallback'),
  subplans: SubplanConfig.prefault({}),
  budget: Budget.default({}),
  /** Consent settled beforehand, by phase and kind of tool. */
  approvals: ApprovalModes.prefault({}),
  checkpoints: CheckpointConfig.prefault({}),
  /** Trailers of the commit that lands. @default none */
  commit: CommitNote.nullable().default(null),
  /** Run in the project once a result has landed, e.g. to open a pull request. @default nothing */
  afterApply: AfterLanding.nullable().default(null),
  reusable: z.boolean().default(true),
  readOnly: z.boolean().default(false),
  state: z.enum(['available', 'archived']).default('available'),
});
export type Action = z.output<typeof Action>;
