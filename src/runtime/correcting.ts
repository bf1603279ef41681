/** Correcting one decision: what would fall, what stays, and the order for it. */

import { revertsOf } from '../model/advice.ts';
import { affectedBy } from '../model/affected.ts';
import type { CorrectionMode, CorrectionOrder, RunAgain } from '../model/correction.ts';
import { type Decision, isSpawn } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import { callsBy, inForce } from '../model/rollbacks.ts';
import { addition, intervention, replacements } from './corrected-decisions.ts';
import { fallingWith, keptOf, redoneWith, warningsOf, workSince } from './correction-reach.ts';
import { runAgainFrom, startOf } from './correction-start.ts';
import { isEnded } from './ended.ts';
import { landedOf } from './finished.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';
import { beyondSandbox, callsSince, landedSince } from './returning.ts';
import { told } from './told.ts';

export interface CorrectOptions {
  guidance: string;
  /** `revert`: that decision is made anew and what came of it runs again. `append`: something is done besides. @default 'revert' */
  mode?: CorrectionMode;
  /** Changes nothing and tells what would be changed. @default false */
  dryRun?: boolean;
  /** Go on although somebody else changed files in the sandbox; they are kept in a checkpoint. @default false */
  force?: boolean;
}

/** What correcting a decision does, or would do. */
export interface CorrectionReport {
  correctionId: string;
  planId: string;
  decision: Decision;
  mode: CorrectionMode;
  guidance: string;
  from: RunAgain;
  /** The decision and what hangs under it or was influenced by it. */
  invalidated: Decision[];
  /** Decisions that are not affected, but whose work goes with the files that are taken back. */
  redone: Decision[];
  /** Everything else that holds. */
  excluded: Decision[];
  children: {
    /** Not started, or at work: they are stopped. */
    cancelled: string[];
    /** Complete, and their work is taken back. */
    takenBack: string[];
    /** Complete, and not run again if they would begin with the same. */
    kept: string[];
  };
  warnings: string[];
  /** Milliseconds the plan was at work since the point it goes back to. */
  estimateMs: number;
  /** The attempt it begins. */
  attempt: number;
  dryRun: boolean;
}

/** Everything about a correction that can be known before. @throws {Fault} UNKNOWN_DECISION, NOT_CORRECTABLE, PHASE_GUARD */
export async function planCorrection(
  host: PlanHost,
  record: PlanRecord,
  wanted: string,
  { guidance, mode = 'revert', dryRun = false, force = false }: CorrectOptions,
): Promise<{ order: CorrectionOrder; report: CorrectionReport }> {
  const { planId } = record;
  const known = await host.ledger.decisions(planId, { superseded: true });
  const decision = findDecision(known, planId, wanted);
  const held = known.filter(({ supersededBy }) => supersededBy === null);
  const children = (await host.ledger.records()).filter(({ parentPlanId }) => parentPlanId !== null);
  refuseWhereNothingLeads(record, decision, mode, children);
  const [checkpoints, journal, rollbacks, corrections] = await Promise.all([
    host.ledger.checkpoints(planId),
    host.ledger.journal(planId),
    host.ledger.rollbacks(planId),
    host.ledger.corrections(planId),
  ]);
  const from = mode === 'append' ? 'children' : runAgainFrom(record, decision);
  const start = startOf({ record, decision, from, mode, held, children, checkpoints, corrections, journal });
  const affected = mode === 'append' ? [] : affectedBy(held, decision.decisionId);
  const answered = start.sequence === null ? [] : callsBy(journal, start.sequence);
  const redone =
    mode === 'append'
      ? []
      : redoneWith(
          held,
          affected,
          from,
          answered.flatMap(({ decisions }) => decisions),
        );
  const superseded = [...affected, ...redone].map(({ decisionId }) => decisionId);
  const fallen = fallingWith(planId, children, superseded);
  refuseBehindLanding({ record, decision, mode, from, fallen, journal });
  const kept = keptOf(planId, children, held, superseded);
  const correctionId = host.mintId();
  const own = intervention(decision, { decisionId: host.mintId(), correctionId, mode, guidance });
  const parallel = held.some(({ type }) => type === 'subplan_parallel_spawn');
  const spawns = from !== 'children' ? [] : affected.filter(({ type }) => isSpawn(type));
  const order: CorrectionOrder = {
    correctionId,
    decisionId: decision.decisionId,
    mode,
    guidance,
    from,
    ...start,
    interventionId: own.decisionId,
    decisions:
      mode === 'append'
        ? [own, addition(own, { decisionId: host.mintId(), alias: mainLink(record).alias, guidance, parallel })]
        : [own, ...replacements(spawns, decision, own, guidance, host.mintId)],
    superseded,
    childPlanIds: fallen.map(child => child.planId),
    kept,
    force,
  };
  const isComplete = (child: PlanRecord) => isEnded(child) && child.state === 'complete';
  const report: CorrectionReport = {
    ...{ correctionId, planId, decision, mode, guidance, from, redone, dryRun },
    invalidated: affected,
    excluded: held.filter(({ decisionId }) => !superseded.includes(decisionId)),
    children: {
      cancelled: fallen.filter(child => !isEnded(child)).map(child => child.planId),
      takenBack: fallen.filter(isComplete).map(child => child.planId),
      kept,
    },
    warnings: warningsOf({ record, from, fallen, children, undone: undoneCalls() }),
    estimateMs: workSince(inForce(journal), from),
    attempt: record.attempt + 1,
  };
  return { order, report };

  function undoneCalls(): string[] {
    if (mode === 'append' || from === 'children') return [];
    const calls = callsSince(journal, rollbacks, start.sequence ?? 0);
    return [...new Set(calls.flatMap(beyondSandbox))];
  }
}

/** Until it is carried out. @throws {Fault} why it was not, and nothing has changed then */
export function corrected(host: PlanHost, planId: string, correctionId: string): Promise<true> {
  return told(host, planId, event => {
    if (event.type === 'plan.corrected' && event.correction.correctionId === correctionId) return true;
    if (event.type === 'plan.correction_failed' && event.correctionId === correctionId) throw Fault.revive(event.fault);
    return undefined;
  });
}

/** A decision of a plan by its id or the end of one. @throws {Fault} UNKNOWN_DECISION */
export function findDecision(decisions: readonly Decision[], planId: string, wanted: string): Decision {
  const matching = decisions.filter(({ decisionId }) => matchesId(decisionId, wanted));
  const [only] = matching;
  const unknown = (why: string) =>
    new Fault('UNKNOWN_DECISION', why, { where: `plan ${planId}`, hints: [`troupe plan explain ${planId}`] });
  if (only === undefined) throw unknown(`The plan has no decision "${wanted}"`);
  if (matching.length > 1) throw unknown(`"${wanted}" names ${matching.length} decisions`);
  if (only.supersededBy !== null)
    throw unknown(`The decision "${only.chosenOption}" holds no longer: ${only.supersededBy} took its place`);
  return only;
}

/** What cannot be decided otherwise by going back to where it was decided. */
const otherwise: Partial<Record<Decision['type'], (planId: string) => string>> = {
  prompt_definition: planId => `troupe plan revert ${planId}`,
  invariant_enforced: planId => `troupe plan revert ${planId}`,
  error_recovery: planId => `troupe plan execute ${planId}`,
  reversion: planId => `troupe plan revert ${planId}`,
  user_intervention: planId => `troupe plan checkpoint list ${planId}`,
};

/** What has landed is not made anew: its files are the user's now. @throws {Fault} NOT_CORRECTABLE */
function refuseBehindLanding(scene: {
  record: PlanRecord;
  decision: Decision;
  mode: CorrectionMode;
  from: RunAgain;
  fallen: readonly PlanRecord[];
  journal: readonly PlanEvent[];
}): void {
  const { record, decision, mode, from, fallen, journal } = scene;
  const home = landedOf(record);
  const applied = fallen.map(child => child.planId).filter(id => home.includes(id));
  const since = landedSince(journal, decision.sequence).filter(({ part }) => from === 'work' || part.left.length > 0);
  const isPartHome = mode === 'revert' && from !== 'strategize' && since.length > 0;
  if (applied.length === 0 && !isPartHome) return;
  const what =
    applied.length > 0
      ? `the work of subplans ${applied.join(', ')} has landed`
      : 'a part of what came of it has landed';
  const { planId } = record;
  throw notCorrectable(
    decision,
    what,
    [
      `troupe plan correct ${decision.decisionId} --plan ${planId} --mode append --guidance "what to do besides"`,
      `troupe plan fork ${planId}`,
      ...revertsOf((record.landings ?? []).flatMap(({ commits }) => commits)),
    ],
    { applied },
  );
}

function notCorrectable(
  decision: Decision,
  why: string,
  hints: string[],
  details: Record<string, unknown> = {},
): Fault {
  return new Fault('NOT_CORRECTABLE', `The decision "${decision.chosenOption}" cannot be corrected: ${why}`, {
    where: `decision ${decision.decisionId}`,
    hints,
    details,
  });
}

function refuseWhereNothingLeads(
  record: PlanRecord,
  decision: Decision,
  mode: CorrectionMode,
  children: readonly PlanRecord[],
): void {
  const { planId, parentPlanId, spawnDecisionId, state, phase } = record;
  const refuse = (why: string, hints: string[], details?: Record<string, unknown>) =>
    notCorrectable(decision, why, hints, details);
  if (state === 'applied') {
    const applied = children
      .filter(child => child.parentPlanId === planId && child.phase === 'execute' && child.state === 'complete')
      .map(child => child.planId);
    const named = applied.length === 0 ? '' : `, the work of subplans ${applied.join(', ')} with it`;
    throw refuse(
      `the plan is applied${named}`,
      [`troupe plan fork ${planId}`, ...revertsOf(record.applySummary?.commits ?? [])],
      { applied },
    );
  }
  if (parentPlanId !== null && spawnDecisionId !== null && isEnded(record)) {
    throw refuse('its plan has given its result to its parent', [
      `troupe plan correct ${spawnDecisionId} --plan ${parentPlanId} --guidance "what to do otherwise"`,
    ]);
  }
  const instead = mode === 'revert' ? otherwise[decision.type] : undefined;
  if (instead !== undefined) {
    throw refuse(`a ${decision.type} is not a choice of the plan's agents`, [instead(planId)]);
  }
  if (!record.ways.includes('correct')) {
    throw new Fault('PHASE_GUARD', `"correct" is refused: the plan is at ${phase}.${state}`, {
      where: `plan ${planId}`,
      hints: [`troupe plan explain ${planId}`],
    });
  }
}
