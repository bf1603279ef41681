/** Changing a recorded decision later. */
import * as z from 'zod';
import type { DecisionDraft } from './decision.ts';
import { Id } from './id.ts';

/** `revert` replaces a decision and re-runs what depends on it; `append` adds work. */
export const CorrectionMode = z.enum(['revert', 'append']);
export type CorrectionMode = z.infer<typeof CorrectionMode>;

/**
 * Where a corrected plan restarts: in Strategize; at a checkpoint of the agent's work; or at its children, with the
 * work unchanged.
 */
export const RestartPoint = z.enum(['strategize', 'work', 'children']);
export type RestartPoint = z.infer<typeof RestartPoint>;

/** A correction, computed before anything changes. */
export interface CorrectionRequest {
  correctionId: string;
  decisionId: string;
  mode: CorrectionMode;
  guidance: string;
  from: RestartPoint;
  /** The files the next attempt starts with; null when it starts before there are any. */
  treeOid: string | null;
  /** For `work`: calls made up to this position are answered from the journal and not made again. */
  sequence: number | null;
  /** Spawn decisions up to here are already merged into the files; null: none is. */
  mergedUpTo: number | null;
  /** Decisions recorded with it: the intervention, and the replacements of superseded decisions. */
  decisions: DecisionDraft[];
  /** The decision that records the intervention. */
  interventionId: string;
  /** Decisions that are superseded. */
  superseded: string[];
  /** Children, and their children, that are cancelled with those. */
  childPlanIds: string[];
  /** Completed children whose result is reused. */
  kept: string[];
  /** Continue even if files in the sandbox were changed by something else than the plan. */
  force: boolean;
}

/** A strategy edited by a person before execution: replaced decisions, and the reason. */
export type PlanEdit = Pick<
  CorrectionRequest,
  'correctionId' | 'guidance' | 'decisions' | 'interventionId' | 'superseded'
>;

/**
 * Changing one decision afterwards, by revert or append, and redoing only the work that depends on it: as it was carried out.
 * An edit is stored as one too: many decisions at once, before Execute.
 */
export const Correction = z.strictObject({
  correctionId: Id,
  planId: Id,
  decisionId: Id,
  mode: z.enum([...CorrectionMode.options, 'edit']),
  guidance: z.string(),
  from: RestartPoint,
  /** The decision that records it. */
  interventionId: Id,
  superseded: z.array(Id),
  childPlanIds: z.array(Id),
  kept: z.array(Id),
  /** The files before it, and the ref that holds them; null when there were none yet. */
  before: z.strictObject({ treeOid: z.string(), ref: z.string(), checkpointId: Id }).nullable(),
  /** The attempt it started; an edit starts none. */
  attempt: z.number().int().min(1),
  /** Its position in the journal. */
  sequence: z.number().int(),
  createdAt: z.string(),
});
export type Correction = z.infer<typeof Correction>;
