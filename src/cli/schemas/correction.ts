import * as z from 'zod';
import { StrategyDraft } from '../../index.ts';

const correctionMode = z.enum(['revert', 'append']);
const keptMode = z.enum(['revert', 'append', 'edit']);
/** What an edit of the strategy changed, or would change; or the strategy itself. */
export const strategyEdit = z.union([
  z.strictObject({
    plan_id: z.string(),
    /** null: nothing was changed. */
    correction_id: z.string().nullable(),
    dry_run: z.boolean(),
    changed: z.array(z.strictObject({ from: z.string(), to: z.string() })),
    added: z.array(z.string()),
    withdrawn: z.array(z.string()),
    next: z.array(z.string()),
  }),
  z.strictObject({ plan_id: z.string(), draft: StrategyDraft }),
]);

const restartPoint = z.enum(['strategize', 'work', 'children']);
const ids = z.array(z.string());

/** What a correction does, or would do. */
export const correctionReport = z.strictObject({
  correction_id: z.string(),
  plan_id: z.string(),
  decision_id: z.string(),
  mode: correctionMode,
  guidance: z.string(),
  from: restartPoint,
  /** The attempt it starts. */
  attempt: z.number(),
  invalidated: ids,
  redone: ids,
  excluded: ids,
  children: z.strictObject({ cancelled: ids, taken_back: ids, kept: ids }),
  warnings: z.array(z.string()),
  estimate_ms: z.number(),
});

/** A correction that was carried out. */
export const correction = z.strictObject({
  correction_id: z.string(),
  plan_id: z.string(),
  decision_id: z.string(),
  mode: keptMode,
  guidance: z.string(),
  from: restartPoint,
  intervention_id: z.string(),
  superseded: ids,
  child_plan_ids: ids,
  kept: ids,
  before: z.strictObject({ tree_oid: z.string(), ref: z.string(), checkpoint_id: z.string() }).nullable(),
  attempt: z.number(),
  sequence: z.number(),
  created_at: z.string(),
});
