import * as z from 'zod';
import { Action } from '../../index.ts';

const invariant = z.strictObject({
  invariant_id: z.string(),
  text: z.string(),
  scope: z.enum(['global', 'project', 'plan']),
  origin: z.enum(['action', 'plan', 'project', 'global', 'parent', 'builtin']),
  check: z.record(z.string(), z.unknown()).nullable(),
  non_overridable: z.boolean(),
  each: z.enum(['phase', 'action']),
  project: z.string().optional(),
});

const threshold = z.number().min(0).max(1);

/** Schemas of the data of commands for actions, invariants and profiles. */
export const invariantSchemas: Readonly<Record<string, z.ZodType>> = {
  'action create': z.strictObject({ action: Action }),
  'action list': z.strictObject({
    actions: z.array(z.strictObject({ name: z.string(), description: z.string(), state: z.string() })),
  }),
  'action show': z.strictObject({ action: Action }),
  'invariant add': z.strictObject({ invariants: z.array(invariant) }),
  'invariant list': z.strictObject({ invariants: z.array(invariant) }),
  'invariant remove': z.strictObject({ invariant }),
  'profile list': z.strictObject({
    profiles: z.array(
      z.strictObject({ name: z.string(), builtin: z.boolean(), purpose: z.string(), default: z.boolean() }),
    ),
  }),
  'profile show': z.strictObject({
    profile: z.strictObject({
      name: z.string(),
      thresholds: z.strictObject({
        start_strategize: threshold,
        start_execute: threshold,
        start_apply: threshold,
        decide_strategy: threshold,
        choose_resources: threshold,
        spawn_subplans: threshold,
        write_files: threshold,
        run_commands: threshold,
        recover_errors: threshold,
        fix_validations: threshold,
        resolve_conflicts: threshold,
      }),
      guards: z.strictObject({
        deny_tools: z.array(z.string()),
        allow_tools: z.array(z.string()),
        calls_per_step_max: z.number(),
      }),
      retries_max: z.number(),
      fixes_max: z.number(),
      questions: z.enum(['ask', 'decide', 'refuse']),
    }),
  }),
};
