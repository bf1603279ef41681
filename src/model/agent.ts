import * as z from 'zod';
import { AcpSpec } from './acp-agent.ts';
import { PresetSpec } from './agent-preset.ts';
import { CommandSpec } from './command-agent.ts';
import { LlmSpec } from './llm-agent.ts';
import { McpServers } from './mcp-server.ts';
import { CommitMessage, Finding } from './review.ts';
import { Isolation } from './setup.ts';
import { MergeStrategy } from './subplan.ts';

/** The kind of task an agent gets. */
export const AgentRole = z.enum(['strategy', 'execution', 'fix', 'estimation', 'conflict', 'review', 'apply']);
export type AgentRole = z.infer<typeof AgentRole>;

/** Returns whether an agent in this role may ask a person a question. */
export function asksPeople(role: AgentRole): boolean {
  return role === 'strategy' || role === 'execution' || role === 'fix' || role === 'conflict';
}

const path = z.string().min(1).max(512);

/** When a step applies. An omitted field matches everything; a list matches any of its entries. */
export const StepCondition = z.strictObject({
  role: AgentRole.optional().meta({
    description:
      'What the agent is asked for. Left out: what the kind of step belongs to, mostly a strategy or the work.',
  }),
  goal: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .meta({ description: 'Goal of the plan, word for word, or a list of goals.', examples: ['Write the docs'] }),
  depth: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Depth of the plan: 0 for a root plan, 1 for its subplans.', examples: [0] }),
  attempt: z
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Number of the attempt at the goal, with `attempts` of the action.', examples: [1] }),
});
export type StepCondition = z.infer<typeof StepCondition>;

const condition = {
  if: StepCondition.optional().meta({ description: 'When the step applies. All of what is given must match.' }),
};

/** A decision as an agent reports it. */
export const AgentDecisionMessage = z.strictObject({
  question: z
    .string()
    .min(1)
    .meta({ description: 'What is decided.', examples: ['Where do the docs go?'] }),
  choose: z
    .string()
    .min(1)
    .meta({ description: 'The choice.', examples: ['docs/'] }),
  rationale: z
    .string()
    .default('')
    .meta({ description: 'Why.', examples: ['The other guides are there'] }),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .meta({ description: 'How sure, from 0 to 1. The thresholds of the profile compare with it.', examples: [0.8] }),
  alternatives: z
    .array(
      z.strictObject({
        description: z
          .string()
          .min(1)
          .meta({ description: 'An option that was rejected.', examples: ['README.md'] }),
        reason: z
          .string()
          .default('')
          .meta({ description: 'Why it was rejected.', examples: ['Too long already'] }),
      }),
    )
    .default([])
    .meta({ description: 'Options that were rejected.' }),
});
export type AgentDecisionMessage = z.infer<typeof AgentDecisionMessage>;

/** A subplan as an agent requests it; the tool `builtin/plan-subplan` takes it from there. */
export const AgentSubplanMessage = z.strictObject({
  key: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Name by which other subplans of the same agent can depend on this one.', examples: ['api'] }),
  goal: z
    .string()
    .min(1)
    .meta({ description: 'Goal of the subplan, which is its definition of done too.', examples: ['Write the API'] }),
  resourceScopes: z
    .array(path)
    .optional()
    .meta({
      description: "Paths it may change. Left out together with `projectRef`: everything in the plan's first project.",
      examples: [['src/api']],
    }),
  projectRef: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Alias of the project it works on.', examples: ['lib'] }),
  parallel: z.boolean().default(true).meta({ description: 'Whether it may run at the same time as others.' }),
  maxParallel: z
    .number()
    .int()
    .optional()
    .meta({ description: 'A lower `subplans.maxParallel` for its group.', examples: [2] }),
  mergeStrategy: MergeStrategy.optional().meta({ description: 'A stricter `subplans.mergeStrategy` for its group.' }),
  contextView: z
    .enum(['strategize', 'execute', 'apply', 'default'])
    .optional()
    .meta({ description: "Which part of the parent's context its agents see." }),
  isolation: Isolation.optional().meta({ description: 'A stricter `subplans.isolation` for this subplan.' }),
  dependsOn: z
    .array(z.string().min(1))
    .default([])
    .meta({
      description: 'Keys of subplans of the same agent, or ids of spawn decisions, that must complete first.',
      examples: [['api']],
    }),
  strategyActor: z
    .lazy(() => AgentRef)
    .optional()
    .meta({
      description: "Agent that plans the subplan. Left out: none, or the parent's under `subplans.recursive`.",
      examples: ['planner'],
    }),
  executionActor: z
    .lazy(() => AgentRef)
    .optional()
    .meta({ description: "Agent that does its work. Left out: the parent's.", examples: ['worker'] }),
  arguments: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({
      description: "Arguments of the subplan, which replace the parent's of the same name.",
      examples: [{ from: 'a' }],
    }),
});
export type AgentSubplanMessage = {
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
 * One declared step of a `steps` agent. Without `if`, a finding applies to a review, a message to the commit, and any
 * other step to strategy and execution; other roles need a step that names them.
 */
export const AgentStep: z.ZodType<AgentStep> = z
  .union([
    z.strictObject({
      write: z
        .strictObject({
          path: path.meta({ description: 'Path in the sandbox.', examples: ['docs/api.md'] }),
          content: z.string().meta({ description: 'The whole content.', examples: ['# API\n'] }),
        })
        .meta({ description: 'Writes a file.' }),
      ...condition,
    }),
    z.strictObject({
      edit: z
        .strictObject({
          path: path.meta({ description: 'Path in the sandbox.', examples: ['docs/api.md'] }),
          find: z
            .string()
            .min(1)
            .meta({ description: 'Text to replace; it must occur once.', examples: ['v1'] }),
          replace: z.string().meta({ description: 'Text to put in its place.', examples: ['v2'] }),
        })
        .meta({ description: 'Replaces text in a file.' }),
      ...condition,
    }),
    z.strictObject({
      delete: z
        .strictObject({ path: path.meta({ description: 'Path in the sandbox.', examples: ['docs/old.md'] }) })
        .meta({ description: 'Deletes a file.' }),
      ...condition,
    }),
    z.strictObject({
      run: z
        .strictObject({
          argv: z
            .array(z.string())
            .min(1)
            .meta({ description: 'Program and arguments, without a shell.', examples: [['npm', 'run', 'format']] }),
          timeoutSeconds: z
            .number()
            .positive()
            .optional()
            .meta({ description: 'Seconds it may run.', examples: [60] }),
        })
        .meta({ description: 'Runs a program. An exit code other than 0 fails the step.' }),
      ...condition,
    }),
    z.strictObject({ subplan: AgentSubplanMessage.meta({ description: 'Asks for a subplan.' }), ...condition }),
    z.strictObject({
      checkpoint: z
        .strictObject({
          label: z
            .string()
            .min(1)
            .meta({ description: 'Its label.', examples: ['half way'] }),
        })
        .meta({ description: 'Creates a checkpoint.' }),
      ...condition,
    }),
    z.strictObject({ decide: AgentDecisionMessage.meta({ description: 'Records a decision.' }), ...condition }),
    z.strictObject({ finding: Finding.meta({ description: 'Reports a finding of a review.' }), ...condition }),
    z.strictObject({
      message: CommitMessage.meta({ description: 'Gives the message of the commit.' }),
      ...condition,
    }),
  ])
  .meta({ id: 'step' });
export type AgentStep = (
  | { write: { path: string; content: string } }
  | { edit: { path: string; find: string; replace: string } }
  | { delete: { path: string } }
  | { run: { argv: string[]; timeoutSeconds?: number | undefined } }
  | { subplan: AgentSubplanMessage }
  | { checkpoint: { label: string } }
  | { decide: AgentDecisionMessage }
  | { finding: Finding }
  | { message: CommitMessage }
) & { if?: StepCondition | undefined };

/** An agent described in place, without code in the host. */
export const AgentSpec: z.ZodType<AgentSpec> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('steps').meta({ description: 'Carries out declared steps.' }),
    steps: z
      .array(AgentStep)
      .default([])
      .meta({ description: 'Its steps, in order.', examples: [[{ write: { path: 'HELLO.md', content: 'Hello' } }]] }),
  }),
  z.strictObject({
    kind: z.literal('script').meta({ description: 'Calls a module of yours.' }),
    module: z
      .string()
      .min(1)
      .meta({ description: 'Path of the module.', examples: ['./agent.mjs'] }),
    mcpServers: McpServers.optional(),
  }),
  CommandSpec,
  AcpSpec,
  PresetSpec,
  LlmSpec,
]) as z.ZodType<AgentSpec>;
export type AgentSpec =
  | { kind: 'steps'; steps: AgentStep[] }
  | { kind: 'script'; module: string; mcpServers?: McpServers | undefined }
  | CommandSpec
  | z.infer<typeof AcpSpec>
  | z.infer<typeof PresetSpec>
  | LlmSpec;

/** An agent by name (registered by the host, or of a preset) or described in place. */
export const AgentRef: z.ZodType<AgentRef> = z.union([z.string().min(1), AgentSpec]).meta({ id: 'agent' });
export type AgentRef = string | AgentSpec;
