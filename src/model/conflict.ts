import { z } from 'zod';

export const ConflictKind = z.enum([
  'content',
  'add/add',
  'delete/modify',
  'rename',
  'mode',
  'binary',
  'structure',
  'type',
  'budget',
]);
export type ConflictKind = z.infer<typeof ConflictKind>;

/** One side of a conflict: the blob, and who wrote it. Absent file: oid null. */
export const ConflictSide = z.strictObject({
  oid: z.string().nullable(),
  mode: z.string().nullable(),
  /** Plans whose work this side holds. */
  planIds: z.array(z.string()).default([]),
  goals: z.array(z.string()).default([]),
});
export type ConflictSide = z.infer<typeof ConflictSide>;

export const Conflict = z.strictObject({
  /** Stable within a plan: `<plan id of theirs>:<path>`. */
  conflictId: z.string(),
  alias: z.string(),
  path: z.string(),
  kind: ConflictKind,
  base: ConflictSide,
  ours: ConflictSide,
  theirs: ConflictSide,
  /** The file with conflict markers, as a blob; null when it is not text. */
  markedOid: z.string().nullable(),
  message: z.string(),
});
export type Conflict = z.infer<typeof Conflict>;

/** How a person or a policy settles one conflict. `content` is a blob id. */
export const Resolution = z.discriminatedUnion('take', [
  z.strictObject({ take: z.enum(['ours', 'theirs', 'base']) }),
  z.strictObject({ take: z.literal('content'), oid: z.string(), mode: z.string().default('100644') }),
]);
export type Resolution = z.infer<typeof Resolution>;
