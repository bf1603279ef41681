import * as z from 'zod';
import { AgentRef } from './agent.ts';

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

/** Lines of one side, counted from 0. */
const Span = z.strictObject({ start: z.number().int().min(0), length: z.number().int().min(0) });

/** What a hunk is settled with: a side, both one after the other, or words of someone's own, as a blob id. */
export const HunkSelection = z.union([z.enum(['ours', 'theirs', 'base', 'both']), z.strictObject({ oid: z.string() })]);
export type HunkSelection = z.infer<typeof HunkSelection>;

/** One place of a file where the sides contradict each other: lines, or something with a name in a resource. */
export const ConflictHunk = z.strictObject({
  base: Span,
  ours: Span,
  theirs: Span,
  taken: HunkSelection.nullable(),
  /** Of a resource: what is contested, and what each side has there. */
  key: z.string().optional(),
  said: z.strictObject({ base: z.string(), ours: z.string(), theirs: z.string() }).optional(),
});
export type ConflictHunk = z.infer<typeof ConflictHunk>;

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
  /** The places of the file that are in conflict, first to last; none where it can only be settled as a whole. */
  hunks: z.array(ConflictHunk).default([]),
  /** The resource that the file is kept in, when that decided. */
  resource: z.string().optional(),
});
export type Conflict = z.infer<typeof Conflict>;

/** A small map of a file in which each side changed other values: merged by its keys, and worth a look. */
export interface AdjacentValues {
  /** The keys from the root of the file to the map. */
  at: readonly string[];
  /** The keys whose values this side changed. */
  ours: readonly string[];
  theirs: readonly string[];
}

/** How a person or a policy settles one conflict, or one hunk of it (counted from 1). */
export const Resolution = z.discriminatedUnion('take', [
  z.strictObject({ take: z.enum(['ours', 'theirs', 'base']) }),
  /** A blob, with the mode the file has unless another is given. */
  z.strictObject({ take: z.literal('content'), oid: z.string(), mode: z.string().nullable().default(null) }),
  z.strictObject({ take: z.literal('hunk'), hunk: z.number().int().min(1), pick: HunkSelection }),
  /** An agent is asked; null is the plan's own for conflicts, or else the one that executes. */
  z.strictObject({ take: z.literal('actor'), actor: AgentRef.nullable() }),
]);
export type Resolution = z.infer<typeof Resolution>;

/** Why a conflict cannot be settled that way: it has no such hunk, or it is settled already. */
export function resolutionError(conflict: Conflict, resolution: Resolution): 'unknown' | 'settled' | null {
  if (resolution.take !== 'hunk') return isResolved(conflict) ? 'settled' : null;
  const hunk = conflict.hunks[resolution.hunk - 1];
  if (hunk === undefined) return 'unknown';
  return hunk.taken === null ? null : 'settled';
}

/** The conflict with one more hunk settled; as it was where it is settled as a whole. */
export function withHunkResolved(conflict: Conflict, resolution: Resolution): Conflict {
  if (resolution.take !== 'hunk') return conflict;
  const { hunk: number, pick } = resolution;
  return { ...conflict, hunks: conflict.hunks.map((hunk, i) => (i === number - 1 ? { ...hunk, taken: pick } : hunk)) };
}

/** Whether a resolution leaves nothing of the conflict open. */
export function resolvesConflict(conflict: Conflict, resolution: Resolution): boolean {
  return resolution.take !== 'hunk' || isResolved(withHunkResolved(conflict, resolution));
}

function isResolved({ hunks }: Conflict): boolean {
  return hunks.length > 0 && hunks.every(({ taken }) => taken !== null);
}
