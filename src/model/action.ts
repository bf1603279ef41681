import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { CommitTrailers, PostApplyHook } from './apply.ts';
import { ApprovalModes } from './approval.ts';
import { BestOf } from './best-of.ts';
import { Budget } from './budget.ts';
import { CheckoutGuard } from './checkout.ts';
import { CheckpointConfig } from './checkpoint.ts';
import { ExecutionEnvironment, ExecutionEnvPriority } from './environment.ts';
import { InvariantDraft } from './invariant.ts';
import { Name } from './name.ts';
import { Checkout, Setup } from './setup.ts';
import { SubplanConfig } from './subplan.ts';
import { Validation } from './validation.ts';

/** A declared argument of an action. */
export const ActionArgument = z.strictObject({
  type: z
    .enum(['string', 'number', 'boolean'])
    .default('string')
    .meta({ description: 'Type of the value. A value of another type is refused before a plan is created.' }),
  required: z.boolean().default(false).meta({ description: 'Whether every plan must give a value.' }),
  default: z
    .union([z.string(), z.number(), z.boolean()])
    .optional()
    .meta({ description: 'Value when a plan gives none.', examples: ['main'] }),
  description: z
    .string()
    .default('')
    .meta({
      description: 'Shown where a value is missing or refused, and to agents beside the value.',
      examples: ['the old name'],
    }),
  secret: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Whether the value is a secret. It is not stored: programs find the value of `apiKey` as `TROUPE_SECRET_API_KEY`.',
      examples: [false],
    }),
});
export type ActionArgument = z.infer<typeof ActionArgument>;

/** A reusable template of plans. Unknown keys are rejected by name. */
export const Action = z.strictObject({
  name: Name.meta({
    description: 'Name of the action: `[[server:]namespace/]name`. Without a namespace it is `local/NAME`.',
    examples: ['local/rename'],
  }),
  description: z
    .string()
    .min(1)
    .meta({
      description: "Goal of its plans. `{{argument}}` is replaced by the argument's value.",
      examples: ['Rename {{from}} to {{to}}'],
    }),
  longDescription: z
    .string()
    .default('')
    .meta({
      description:
        "More about the goal: shown with the action and given to the plan's agents. `{{argument}}` is replaced.",
      examples: ['Renames a symbol and its uses, one package at a time.'],
    }),
  definitionOfDone: z
    .string()
    .default('')
    .meta({
      description: 'What must be true of the result. A plan with one that changes no file fails with NOTHING_DONE.',
      examples: ['No file mentions {{from}}'],
    }),
  strategyActor: AgentRef.nullable()
    .default(null)
    .meta({
      description: 'Agent that plans in Strategize, read-only. null: the goal is one decision.',
      examples: ['planner'],
    }),
  executionActor: AgentRef.meta({
    description: 'Agent that does the work in Execute, and in subplans that name no other.',
    examples: [{ kind: 'command', argv: ['my-agent', '--task', '{{from}}'] }],
  }),
  estimationActor: AgentRef.nullable()
    .default(null)
    .meta({
      description: 'Agent that estimates cost after Strategize. Its failure does not stop the plan.',
      examples: ['estimator'],
    }),
  reviewActor: AgentRef.nullable()
    .default(null)
    .meta({
      description:
        'Agent that reviews the merged result after the validations. Findings of severity `blocking` must be fixed.',
      examples: ['reviewer'],
    }),
  applyActor: AgentRef.nullable()
    .default(null)
    .meta({
      description:
        'Agent that writes the message of the commit that is applied. If it fails, the default message is used.',
      examples: ['committer'],
    }),
  conflictActor: AgentRef.nullable()
    .default(null)
    .meta({
      description:
        'Agent that resolves merge conflicts under `subplans.conflictPolicy: actor` and `plan resolve --actor`. null: the execution agent.',
      examples: ['merger'],
    }),
  invariantActor: z
    .string()
    .nullable()
    .optional()
    .meta({
      description:
        'Actor that reconciles invariants. null turns reconciliation off for plans of this action; left out, the project decides.',
      examples: ['builtin', null],
    }),
  arguments: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/), ActionArgument)
    .default({})
    .meta({
      description: 'Arguments of its plans, by name. `--arg NAME=VALUE` sets one.',
      examples: [{ from: { required: true } }],
    }),
  automationProfile: z
    .string()
    .nullable()
    .default(null)
    .meta({
      description: "Profile of its plans unless the plan names one. null: the project's, else `supervised`.",
      examples: ['cautious'],
    }),
  invariants: z
    .array(InvariantDraft)
    .prefault([])
    .meta({
      description: 'Rules that must hold at every phase boundary: text for agents and people, or text with a check.',
      examples: [['The public API stays as it is']],
    }),
  validations: z
    .array(Validation)
    .default([])
    .meta({
      description: 'Commands that run on the merged result. A required one that fails is fixed in up to three rounds.',
      examples: [[{ name: 'tests', argv: ['npm', 'test'] }]],
    }),
  setup: Setup.optional().meta({
    description: 'What a sandbox gets before the first program runs in it. None of it becomes part of a result.',
  }),
  checkout: Checkout.optional().meta({ description: 'Which files a sandbox has.' }),
  executionEnvironment: ExecutionEnvironment.default({}).meta({
    description:
      'Environment variables of every program of its plans, in every phase. They are stored with each plan: pass secrets with `--env NAME`.',
    examples: [{ CI: 'true' }],
  }),
  executionEnvPriority: ExecutionEnvPriority.default('fallback').meta({
    description:
      "Which value wins when your shell has a variable of the same name: your shell's (`fallback`) or the plan's (`override`).",
  }),
  subplans: SubplanConfig.prefault({}).meta({ description: 'How subplans run and are merged.' }),
  attempts: BestOf.optional().meta({
    description:
      'Parallel attempts at the goal, of which one is chosen. Only those that pass the required validations can be chosen. If the strategy splits the goal, each subplan is attempted so often. Left out: one attempt.',
    examples: [{ count: 3, judge: 'reviewer' }],
  }),
  checkoutGuard: CheckoutGuard.optional().meta({
    description:
      'What happens when files of your checkout change while an agent works and nothing shows that the agent changed them: `report` continues and lists them, `ask` asks you, `fail` fails the step. Left out, the project decides; else `ask` for a plan made at a terminal, `fail` in CI and with the profile `ci`, else `report`.',
    examples: ['report'],
  }),
  budget: Budget.default({}).meta({
    description: 'What a plan and its subplans may use together. A limit that is left out is no limit.',
  }),
  approvals: ApprovalModes.prefault({}).meta({
    description: 'Approvals decided in advance, by phase and kind of tool. What is left out is decided by the profile.',
  }),
  checkpoints: CheckpointConfig.prefault({}).meta({
    description: 'Which checkpoints are created automatically, and how many are kept.',
  }),
  commit: CommitTrailers.nullable()
    .default(null)
    .meta({ description: 'Trailers of the commit that is applied. null: none.' }),
  afterApply: PostApplyHook.nullable().default(null).meta({
    description:
      'Program that runs in the project after the result is applied, for example to open a pull request. Its failure is reported and undoes nothing.',
  }),
  reusable: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether more than one plan can be created from the action.' }),
  readOnly: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether its plans may only read: write tools are refused in every phase.' }),
  state: z
    .enum(['available', 'archived'])
    .default('available')
    .meta({ description: 'No plan can be created from an archived action.' }),
});
export type Action = z.output<typeof Action>;
