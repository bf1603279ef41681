/** A person's later change of mind about one decision. */
import * as z from 'zod';
import type { DecisionDraft } from './decision.ts';
import { Id } from './id.ts';

export const CorrectionMode = z.enum(['revert', 'append']);
export type CorrectionMode = z.infer<typeof CorrectionMode>;

/**
 * From where a corrected plan runs again: from thinking; from the agent's work, at a checkpoint of it; or from its
 * children, with the work as it was.
 */
export const RestartPoint = z.enum(['strategize', 'work', 'children']);
export type RestartPoint = z.infer<typeof RestartPoint>;

/** What is changed by a correction, made out before anything moves. */
export interface CorrectionRequest {
  correctionId: string;
  decisionId: string;
  mode: CorrectionMode;
  guidance: string;
  from: RestartPoint;
  /** The files the next attempt begins with; null where it begins before there are any. */
  treeOid: string | null;
  /** For `work`: calls made by this position are answered and not made again. */
  sequence: number | null;
  /** Spawn decisions up to here are in the files already; null: none is. */
  mergedUpTo: number | null;
  /** What is recorded with it: the intervention, and what it puts in the place of what falls. */
  decisions: DecisionDraft[];
  /** The intervention. */
  interventionId: string;
  /** Decisions that hold no longer. */
  superseded: string[];
  /** Children, and theirs, that fall with those. */
  childPlanIds: string[];
  /** Children that completed and whose result is used again. */
  kept: string[];
  /** Go on although somebody else changed files in the sandbox. */
  force: boolean;
}

/** A strategy as a person changed it before anything was done: decisions that take the place of others, and why. */
export type PlanEdit = Pick<
  CorrectionRequest,
  'correctionId' | 'guidance' | 'decisions' | 'interventionId' | 'superseded'
>;

/** A correction that was carried out, as it is kept. An edit is one too: of many decisions at once, before Execute. */
export const Correction = z.strictObject({
  correctionId: Id,
  planId: Id,
  decisionId: Id,
  mode: z.enum([...CorrectionMode.options, 'edit']),
  guidance: z.string(),
  from: RestartPoint,
  /** The decision that says so. */
  interventionId: Id,
  superseded: z.array(Id),
  childPlanIds: z.array(Id),
  kept: z.array(Id),
  /** The files before it, and the ref that keeps them; null when there were none yet. */
  before: z.strictObject({ treeOid: z.string(), ref: z.string(), checkpointId: Id }).nullable(),
  /** The attempt it began; an edit begins none. */
  attempt: z.number().int().min(1),
  /** Its position in the journal. */
  sequence: z.number().int(),
  createdAt: z.string(),
});
export type Correction = z.infer<typeof Correction>;
