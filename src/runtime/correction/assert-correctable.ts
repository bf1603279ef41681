/** Which corrections are refused, and what to do instead. */

import { appliedSubplanIds } from '../../model/applied-subplan-ids.ts';
import { type CommandHint, commandHint, type Hint } from '../../model/command-hint.ts';
import type { CorrectionMode, RestartPoint } from '../../model/correction.ts';
import type { Decision } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import { revertHints } from '../../model/hints.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { appliedSince } from '../rollback/prepare.ts';

/** Commands for decisions that cannot be corrected by re-running from where they were made. */
const alternativeCommands: Partial<Record<Decision['type'], (planId: string) => CommandHint>> = {
  prompt_definition: planId => commandHint('plan revert', { planId }),
  invariant_enforced: planId => commandHint('plan revert', { planId }),
  error_recovery: planId => commandHint('plan execute', { planId }),
  reversion: planId => commandHint('plan revert', { planId }),
  user_intervention: planId => commandHint('plan checkpoint list', { planId }),
};

/** Applied work cannot be redone: its files are yours now. @throws {TroupeError} NOT_CORRECTABLE */
export function assertNotApplied(input: {
  record: PlanRecord;
  decision: Decision;
  mode: CorrectionMode;
  from: RestartPoint;
  cancelled: readonly PlanRecord[];
  journal: readonly PlanEvent[];
}): void {
  const { record, decision, mode, from, cancelled, journal } = input;
  const appliedIds = appliedSubplanIds(record);
  const applied = cancelled.map(child => child.planId).filter(id => appliedIds.includes(id));
  const since = appliedSince(journal, decision.sequence).filter(({ part }) => from === 'work' || part.left.length > 0);
  const isPartiallyApplied = mode === 'revert' && from !== 'strategize' && since.length > 0;
  if (applied.length === 0 && !isPartiallyApplied) return;
  const what =
    applied.length > 0 ? `the work of subplans ${applied.join(', ')} is applied` : 'a part of its results is applied';
  const { planId } = record;
  throw notCorrectableError(
    decision,
    what,
    [
      commandHint('plan correct', {
        planId,
        args: [decision.decisionId],
        options: { mode: 'append', guidance: 'what to do besides' },
      }),
      commandHint('plan fork', { planId }),
      ...revertHints((record.appliedParts ?? []).flatMap(({ commits }) => commits)),
    ],
    { applied },
  );
}

function notCorrectableError(
  decision: Decision,
  why: string,
  hints: Hint[],
  details: Record<string, unknown> = {},
): TroupeError {
  return new TroupeError('NOT_CORRECTABLE', `The decision "${decision.chosenOption}" cannot be corrected: ${why}`, {
    where: `decision ${decision.decisionId}`,
    hints,
    details,
  });
}

/** @throws {TroupeError} NOT_CORRECTABLE, PHASE_GUARD */
export function assertCorrectable(
  record: PlanRecord,
  decision: Decision,
  mode: CorrectionMode,
  children: readonly PlanRecord[],
): void {
  const { planId, parentPlanId, spawnDecisionId, state, phase } = record;
  const refuse = (why: string, hints: Hint[], details?: Record<string, unknown>) =>
    notCorrectableError(decision, why, hints, details);
  if (state === 'applied') {
    const applied = children
      .filter(child => child.parentPlanId === planId && child.phase === 'execute' && child.state === 'complete')
      .map(child => child.planId);
    const named = applied.length === 0 ? '' : `, the work of subplans ${applied.join(', ')} with it`;
    throw refuse(
      `the plan is applied${named}`,
      [commandHint('plan fork', { planId }), ...revertHints(record.applySummary?.commits ?? [])],
      { applied },
    );
  }
  if (parentPlanId !== null && spawnDecisionId !== null && isTerminal(record)) {
    throw refuse('its plan has given its result to its parent', [
      commandHint('plan correct', {
        planId: parentPlanId,
        args: [spawnDecisionId],
        options: { guidance: 'what to do differently' },
      }),
    ]);
  }
  const alternative = mode === 'revert' ? alternativeCommands[decision.type] : undefined;
  if (alternative !== undefined) {
    throw refuse(`a ${decision.type} is not a choice of the plan's agents`, [alternative(planId)]);
  }
  if (!record.availableCommands.includes('correct')) {
    throw new TroupeError('PHASE_GUARD', `"correct" is not allowed: the plan is at ${phase}.${state}`, {
      where: `plan ${planId}`,
      hints: [commandHint('plan explain', { planId })],
    });
  }
}
