import * as z from 'zod';
import { Id } from './id.ts';

const globs = z.array(z.string().min(1)).min(1);

/** How an invariant is checked. An invariant without a check is text for agents and people. */
export const InvariantCheck = z.discriminatedUnion('kind', [
  /** Every changed path must match `allow` (if given) and none may match `deny`. */
  z.strictObject({ kind: z.literal('paths'), allow: globs.optional(), deny: globs.optional() }),
  /** Runs in the sandbox; exit 0 means it holds. */
  z.strictObject({
    kind: z.literal('command'),
    argv: z.array(z.string()).min(1),
    timeoutSeconds: z.number().positive().default(60),
  }),
  z.strictObject({ kind: z.literal('script'), module: z.string().min(1) }),
  z.strictObject({ kind: z.literal('maxFilesChanged'), max: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('noSecrets') }),
]);
export type InvariantCheck = z.infer<typeof InvariantCheck>;

/** Of a plan on several projects: whose rule it is, by alias. @default of each of them */
const project = z.string().min(1).optional();

export const InvariantScope = z.enum(['global', 'project', 'plan']);
export type InvariantScope = z.infer<typeof InvariantScope>;

export const Invariant = z.strictObject({
  invariantId: Id,
  text: z.string().min(1),
  scope: InvariantScope,
  /** Where it was first written, for display only; an action's invariants become plan invariants. */
  origin: z.enum(['action', 'plan', 'project', 'global', 'parent', 'builtin']),
  check: InvariantCheck.nullable().default(null),
  nonOverridable: z.boolean().default(false),
  each: z.enum(['phase', 'action']).default('phase'),
  project,
});
export type Invariant = z.infer<typeof Invariant>;

/** What an invariant looks like in a YAML file: text alone, or text with a check. */
export const InvariantDraft = z.union([
  z
    .string()
    .min(1)
    .transform(text => ({ text, check: null, nonOverridable: false, each: 'phase' as const })),
  z.strictObject({
    text: z.string().min(1),
    check: InvariantCheck.nullable().default(null),
    nonOverridable: z.boolean().default(false),
    each: z.enum(['phase', 'action']).default('phase'),
    project,
  }),
]);
export type InvariantDraft = z.output<typeof InvariantDraft>;
