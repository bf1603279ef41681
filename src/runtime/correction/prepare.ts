/** Prepares a correction: determines what it invalidates, and the request to the plan. */

import { commandHint } from '../../model/command-hint.ts';
import type { CorrectionMode, CorrectionRequest, RestartPoint } from '../../model/correction.ts';
import { type Decision, isSpawn } from '../../model/decision.ts';
import { affectedBy } from '../../model/downstream-decisions.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { effectiveEvents, workUpTo } from '../../model/rollback-history.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { callsSince, externalSideEffects } from '../rollback/prepare.ts';
import { assertCorrectable, assertNotApplied } from './assert-correctable.ts';
import { addedSubplan, replacementSpawns, userIntervention } from './decisions.ts';
import { cancelledSubplans, correctionWarnings, redoneDecisions, reusedSubplans, workTime } from './impact.ts';
import { resolveRestart, restartPhase } from './restart-point.ts';

/** Options of `Plan.correct`. */
export interface CorrectOptions {
  guidance: string;
  /** `revert`: replaces the decision and re-runs what depends on it. `append`: adds work. @default 'revert' */
  mode?: CorrectionMode;
  /** Report what would change without changing it. @default false */
  dryRun?: boolean;
  /** Continue even if files in the sandbox were changed by something else; they are kept in a checkpoint. @default false */
  force?: boolean;
}

/** What a correction does, or would do. */
export interface CorrectionReport {
  correctionId: string;
  planId: string;
  decision: Decision;
  mode: CorrectionMode;
  guidance: string;
  from: RestartPoint;
  /** The decision with everything below it or influenced by it. */
  invalidated: Decision[];
  /** Decisions that are not affected, but whose work is undone with the restored files. */
  redone: Decision[];
  /** All other decisions in effect. */
  excluded: Decision[];
  children: {
    /** Not started, or running: they are stopped. */
    cancelled: string[];
    /** Complete, and their work is undone. */
    takenBack: string[];
    /** Complete, and reused if they would start from the same base. */
    kept: string[];
  };
  warnings: string[];
  /** Working time since the restart point, in milliseconds. */
  estimateMs: number;
  /** The attempt it starts. */
  attempt: number;
  dryRun: boolean;
}

/** Prepares a correction without changing anything. @throws {TroupeError} UNKNOWN_DECISION, NOT_CORRECTABLE, PHASE_GUARD */
export async function prepareCorrection(
  host: PlanHost,
  record: PlanRecord,
  partialId: string,
  { guidance, mode = 'revert', dryRun = false, force = false }: CorrectOptions,
): Promise<{ order: CorrectionRequest; report: CorrectionReport }> {
  const { planId } = record;
  const known = await host.ledger.decisions(planId, { superseded: true });
  const decision = findDecision(known, planId, partialId);
  const effective = known.filter(({ supersededBy }) => supersededBy === null);
  const children = (await host.ledger.treeRecords(record.rootPlanId)).filter(
    ({ parentPlanId }) => parentPlanId !== null,
  );
  assertCorrectable(record, decision, mode, children);
  const [checkpoints, journal, rollbacks, corrections] = await Promise.all([
    host.ledger.checkpoints(planId),
    host.ledger.journal(planId),
    host.ledger.rollbacks(planId),
    host.ledger.corrections(planId),
  ]);
  const from = mode === 'append' ? 'children' : restartPhase(record, decision);
  const restart = resolveRestart({
    record,
    decision,
    from,
    mode,
    effective,
    children,
    checkpoints,
    corrections,
    journal,
  });
  const scope = correctionScope({ record, decision, mode, from, effective, children, journal, restart });
  assertNotApplied({ record, decision, mode, from, cancelled: scope.fallen, journal });
  const correctionId = host.mintId();
  const { decisions, interventionId } = correctionDecisions(host, record, {
    ...{ correctionId, decision, mode, guidance, from, effective },
    affected: scope.affected,
  });
  const { affected, redone, superseded, fallen, kept } = scope;
  const order: CorrectionRequest = {
    ...{ correctionId, decisionId: decision.decisionId, mode, guidance, from },
    ...restart,
    ...{ interventionId, decisions, superseded, kept, force },
    childPlanIds: fallen.map(child => child.planId),
  };
  const isComplete = (child: PlanRecord) => isTerminal(child) && child.state === 'complete';
  const undone = mode === 'append' || from === 'children' ? [] : callsSince(journal, rollbacks, restart.sequence ?? 0);
  const report: CorrectionReport = {
    ...{ correctionId, planId, decision, mode, guidance, from, redone, dryRun },
    invalidated: affected,
    excluded: effective.filter(({ decisionId }) => !superseded.includes(decisionId)),
    children: {
      cancelled: fallen.filter(child => !isTerminal(child)).map(child => child.planId),
      takenBack: fallen.filter(isComplete).map(child => child.planId),
      kept,
    },
    warnings: correctionWarnings({
      ...{ record, from, fallen, children },
      undone: [...new Set(undone.flatMap(externalSideEffects))],
    }),
    estimateMs: workTime(effectiveEvents(journal), from),
    attempt: record.attempt + 1,
  };
  return { order, report };
}

interface CorrectionScope {
  /** The decision with everything below it or influenced by it. */
  affected: Decision[];
  /** Decisions that are not affected, but whose work is undone with the restored files. */
  redone: Decision[];
  /** Ids of both. */
  superseded: string[];
  /** Subplans that are cancelled, or whose work is undone. */
  fallen: PlanRecord[];
  /** Ids of subplans whose results are reused. */
  kept: string[];
}

/** Determines what a correction invalidates. */
function correctionScope(input: {
  record: PlanRecord;
  decision: Decision;
  mode: CorrectionMode;
  from: RestartPoint;
  effective: readonly Decision[];
  children: readonly PlanRecord[];
  journal: readonly PlanEvent[];
  restart: { sequence: number | null };
}): CorrectionScope {
  const { record, decision, mode, from, effective, children, journal, restart } = input;
  const { planId } = record;
  const isAppend = mode === 'append';
  const affected = isAppend ? [] : affectedBy(effective, decision.decisionId);
  const replayedCalls = restart.sequence === null ? [] : workUpTo(journal, restart.sequence).calls;
  const replayed = replayedCalls.flatMap(({ decisions }) => decisions);
  const redone = isAppend ? [] : redoneDecisions(effective, affected, from, replayed);
  const superseded = [...affected, ...redone].map(({ decisionId }) => decisionId);
  return {
    affected,
    redone,
    superseded,
    fallen: cancelledSubplans(planId, children, superseded),
    kept: reusedSubplans(planId, children, effective, superseded),
  };
}

/** The decisions that a correction records: that of the user, and the spawns that follow from it. */
function correctionDecisions(
  host: PlanHost,
  record: PlanRecord,
  input: {
    correctionId: string;
    decision: Decision;
    mode: CorrectionMode;
    guidance: string;
    from: RestartPoint;
    effective: readonly Decision[];
    affected: readonly Decision[];
  },
): Pick<CorrectionRequest, 'decisions' | 'interventionId'> {
  const { correctionId, decision, mode, guidance, from, effective, affected } = input;
  const own = userIntervention(decision, { decisionId: host.mintId(), correctionId, mode, guidance });
  const interventionId = own.decisionId;
  if (mode === 'append') {
    const parallel = effective.some(({ type }) => type === 'subplan_parallel_spawn');
    const { alias } = primaryProject(record);
    return {
      interventionId,
      decisions: [own, addedSubplan(own, { decisionId: host.mintId(), alias, guidance, parallel })],
    };
  }
  const spawns = from === 'children' ? affected.filter(({ type }) => isSpawn(type)) : [];
  return { interventionId, decisions: [own, ...replacementSpawns(spawns, decision, own, guidance, host.mintId)] };
}

/** Returns a decision of a plan by its id or the end of one. @throws {TroupeError} UNKNOWN_DECISION */
export function findDecision(decisions: readonly Decision[], planId: string, partialId: string): Decision {
  const matching = decisions.filter(({ decisionId }) => matchesId(decisionId, partialId));
  const [only] = matching;
  const lookupError = (why: string) =>
    new TroupeError('UNKNOWN_DECISION', why, {
      where: `plan ${planId}`,
      hints: [commandHint('plan explain', { planId })],
    });
  if (only === undefined) throw lookupError(`The plan has no decision "${partialId}"`);
  if (matching.length > 1) throw lookupError(`"${partialId}" names ${matching.length} decisions`);
  if (only.supersededBy !== null)
    throw lookupError(`The decision "${only.chosenOption}" is superseded by ${only.supersededBy}`);
  return only;
}
