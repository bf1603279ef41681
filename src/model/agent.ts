import { z } from 'zod';

/** Watchdogs of one run of a program. Seconds. */
export const Watchdogs = z.strictObject({
  totalSeconds: z.number().positive().default(3600),
  /** No output for so long: stalled. */
  idleSeconds: z.number().positive().default(600),
  /** After the program has said it is done, how long it may take to exit. */
  graceSeconds: z.number().positive().default(10),
});
export type Watchdogs = z.infer<typeof Watchdogs>;

const path = z.string().min(1).max(512);

/** What a `subplan` step asks for; the tool `builtin/plan-subplan` takes the same, see tool.ts. */
const SubplanStep = z.strictObject({
  key: z.string().min(1).optional(),
  goal: z.string().min(1),
  resourceScopes: z.array(path).optional(),
  parallel: z.boolean().default(true),
  dependsOn: z.array(z.string().min(1)).default([]),
  strategyActor: z.lazy(() => AgentRef).optional(),
  executionActor: z.lazy(() => AgentRef).optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

/** One declared step of a `steps` agent. `if` may name the goal or role it applies to. */
export const Step: z.ZodType<Step> = z.union([
  z.strictObject({ write: z.strictObject({ path, content: z.string() }) }),
  z.strictObject({ edit: z.strictObject({ path, find: z.string().min(1), replace: z.string() }) }),
  z.strictObject({ delete: z.strictObject({ path }) }),
  z.strictObject({
    run: z.strictObject({ argv: z.array(z.string()).min(1), timeoutSeconds: z.number().positive().optional() }),
  }),
  z.strictObject({ subplan: SubplanStep }),
  z.strictObject({ checkpoint: z.strictObject({ label: z.string().min(1) }) }),
  z.strictObject({
    decide: z.strictObject({
      question: z.string().min(1),
      choose: z.string().min(1),
      rationale: z.string().default(''),
      confidence: z.number().min(0).max(1).default(1),
      alternatives: z
        .array(z.strictObject({ description: z.string().min(1), reason: z.string().default('') }))
        .default([]),
    }),
  }),
]);
export type Step =
  | { write: { path: string; content: string } }
  | { edit: { path: string; find: string; replace: string } }
  | { delete: { path: string } }
  | { run: { argv: string[]; timeoutSeconds?: number | undefined } }
  | { subplan: SubplanStepShape }
  | { checkpoint: { label: string } }
  | {
      decide: {
        question: string;
        choose: string;
        rationale: string;
        confidence: number;
        alternatives: { description: string; reason: string }[];
      };
    };

export interface SubplanStepShape {
  key?: string | undefined;
  goal: string;
  resourceScopes?: string[] | undefined;
  parallel: boolean;
  dependsOn: string[];
  strategyActor?: AgentRef | undefined;
  executionActor?: AgentRef | undefined;
  arguments?: Record<string, unknown> | undefined;
}

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
