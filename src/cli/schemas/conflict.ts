import * as z from 'zod';

const side = z.strictObject({
  oid: z.string().nullable(),
  mode: z.string().nullable(),
  plan_ids: z.array(z.string()),
  goals: z.array(z.string()),
});

const span = z.strictObject({ start: z.number(), length: z.number() });
const texts = z.strictObject({ base: z.string(), ours: z.string(), theirs: z.string() });
const taken = z.union([z.enum(['ours', 'theirs', 'base', 'both']), z.strictObject({ oid: z.string() })]);
/** A conflict in the output of `plan conflicts`. */
export const ConflictData = z.strictObject({
  conflict_id: z.string(),
  alias: z.string(),
  path: z.string(),
  kind: z.string(),
  base: side,
  ours: side,
  theirs: side,
  marked_oid: z.string().nullable(),
  message: z.string(),
  resource: z.string().optional(),
  resolution: z
    .strictObject({
      take: z.string(),
      oid: z.string().optional(),
      mode: z.string().nullable().optional(),
      hunk: z.number().optional(),
      pick: taken.optional(),
      actor: z.unknown().optional(),
    })
    .nullable(),
  texts: z.array(texts),
  suggestions: z.array(z.strictObject({ hunk: z.number().nullable(), take: z.string(), reason: z.string() })),
  hunks: z.array(
    z.strictObject({
      base: span,
      ours: span,
      theirs: span,
      taken: taken.nullable(),
      key: z.string().optional(),
      texts: texts.optional(),
    }),
  ),
});
