import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { AttemptResult } from './best-of.ts';

/** Why a path is in conflict. */
export const ConflictKind = z.enum([
  'content',
  'add/add',
  'delete/modify',
  'rename',
  'mode',
  'binary',
  'structure',
  'type',
  'case',
  'budget',
  'attempts',
]);
export type ConflictKind = z.infer<typeof ConflictKind>;

/** One side of a conflict: the blob and the plans that wrote it. For an absent file `oid` is null. */
export const ConflictSide = z.strictObject({
  oid: z.string().nullable(),
  mode: z.string().nullable(),
  /** Plans whose work this side contains. */
  planIds: z.array(z.string()).default([]),
  goals: z.array(z.string()).default([]),
});
export type ConflictSide = z.infer<typeof ConflictSide>;

/** Lines of one side, counted from 0. */
const Span = z.strictObject({ start: z.number().int().min(0), length: z.number().int().min(0) });

/** The resolution of a hunk: one side, both sides one after the other, or custom text, as a blob id. */
export const HunkSelection = z.union([z.enum(['ours', 'theirs', 'base', 'both']), z.strictObject({ oid: z.string() })]);
export type HunkSelection = z.infer<typeof HunkSelection>;

/** One place of a file where the sides conflict: lines, or a named item of a resource. */
export const ConflictHunk = z.strictObject({
  base: Span,
  ours: Span,
  theirs: Span,
  taken: HunkSelection.nullable(),
  /** Of a resource: the key of the item, and each side's version. */
  key: z.string().optional(),
  texts: z.strictObject({ base: z.string(), ours: z.string(), theirs: z.string() }).optional(),
});
export type ConflictHunk = z.infer<typeof ConflictHunk>;

/** One path that a merge cannot decide. */
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
  /** The conflicting hunks of the file, first to last; empty when it can only be resolved as a whole. */
  hunks: z.array(ConflictHunk).default([]),
  /** The resource that contains the file, if a resource decided. */
  resource: z.string().optional(),
  /** Of the kind `attempts`: the results of which one is chosen. */
  attempts: z.array(AttemptResult).optional(),
});
export type Conflict = z.infer<typeof Conflict>;

/** A small map of a file in which each side changed different values: merged, but worth a review. */
export interface AdjacentValues {
  /** The keys from the root of the file to the map. */
  at: readonly string[];
  /** The keys whose values this side changed. */
  ours: readonly string[];
  theirs: readonly string[];
}

/** The answer to a conflict or a hunk: of a person or a policy; hunks are counted from 1. */
export const Resolution = z.discriminatedUnion('take', [
  z.strictObject({ take: z.enum(['ours', 'theirs', 'base']) }),
  /** A blob, with the file's mode unless another is given. */
  z.strictObject({ take: z.literal('content'), oid: z.string(), mode: z.string().nullable().default(null) }),
  z.strictObject({ take: z.literal('hunk'), hunk: z.number().int().min(1), pick: HunkSelection }),
  /** Asks an agent; null is the plan's conflict agent, or else its execution agent. */
  z.strictObject({ take: z.literal('actor'), actor: AgentRef.nullable() }),
  /** One of several attempts at the goal. */
  z.strictObject({ take: z.literal('attempt'), attempt: z.number().int().min(1) }),
]);
export type Resolution = z.infer<typeof Resolution>;
