import * as z from 'zod';
import { Id } from './id.ts';

const globs = z.array(z.string().min(1)).min(1);

/** How an invariant is checked. An invariant without a check is text for agents and people. */
export const InvariantCheck = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('paths').meta({ description: 'Checks the paths that changed.' }),
    allow: globs
      .optional()
      .meta({ description: 'Patterns every changed path must match one of.', examples: [['src/**']] }),
    deny: globs.optional().meta({ description: 'Patterns no changed path may match.', examples: [['.github/**']] }),
  }),
  z.strictObject({
    kind: z
      .literal('command')
      .meta({ description: 'Runs a program in the sandbox. The invariant holds when it exits with 0.' }),
    argv: z
      .array(z.string())
      .min(1)
      .meta({ description: 'Program and arguments, without a shell.', examples: [['./check-api']] }),
    timeoutSeconds: z
      .number()
      .positive()
      .default(60)
      .meta({ description: 'Seconds it may run.', examples: [10] }),
  }),
  z.strictObject({
    kind: z.literal('script').meta({ description: 'Runs a module of yours.' }),
    module: z
      .string()
      .min(1)
      .meta({ description: 'Path of the module.', examples: ['./invariants/api.mjs'] }),
  }),
  z.strictObject({
    kind: z.literal('maxFilesChanged').meta({ description: 'Limits how many files change.' }),
    max: z
      .number()
      .int()
      .min(0)
      .meta({ description: 'Files that may change.', examples: [20] }),
  }),
  z.strictObject({ kind: z.literal('noSecrets').meta({ description: 'Refuses a change that adds a secret.' }) }),
]);
export type InvariantCheck = z.infer<typeof InvariantCheck>;

const project = z
  .string()
  .min(1)
  .optional()
  .meta({
    description:
      'Alias of the project it belongs to, for plans on several projects. Left out, it holds in each of them.',
    examples: ['lib'],
  });

export const InvariantScope = z.enum(['global', 'project', 'plan']);
export type InvariantScope = z.infer<typeof InvariantScope>;

/** A condition that must hold at every phase boundary: for every result of the plans in its scope. */
export const Invariant = z.strictObject({
  invariantId: Id,
  text: z.string().min(1),
  scope: InvariantScope,
  /** Where it was first defined, for display only; an action's invariants become plan invariants. */
  origin: z.enum(['action', 'plan', 'project', 'global', 'parent', 'builtin']),
  check: InvariantCheck.nullable().default(null),
  nonOverridable: z.boolean().default(false),
  each: z.enum(['phase', 'action']).default('phase'),
  project,
});
export type Invariant = z.infer<typeof Invariant>;

/** An invariant as written in a YAML file: text alone, or text with a check. */
export const InvariantDraft = z.union([
  z
    .string()
    .min(1)
    .transform(text => ({ text, check: null, nonOverridable: false, each: 'phase' as const })),
  z.strictObject({
    text: z
      .string()
      .min(1)
      .meta({ description: 'The rule, for agents and people.', examples: ['Workflows stay unchanged'] }),
    check: InvariantCheck.nullable().default(null).meta({ description: 'How it is checked. null: it is text only.' }),
    nonOverridable: z.boolean().default(false).meta({
      description:
        'Whether it holds also where a plan has another invariant of the same text, from `--invariant`. Only a global invariant of that kind wins over it.',
    }),
    each: z
      .enum(['phase', 'action'])
      .default('phase')
      .meta({ description: 'When it is checked: at every phase boundary, or also after every tool call that writes.' }),
    project,
  }),
]);
export type InvariantDraft = z.output<typeof InvariantDraft>;
