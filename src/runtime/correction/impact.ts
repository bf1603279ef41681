/** Determines which decisions and work a correction invalidates. */
import type { RestartPoint } from '../../model/correction.ts';
import type { Decision } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { isRecordedByRole } from './restart-point.ts';

/**
 * Returns decisions that are redone because their files are restored, although the correction did not influence them.
 * Guidance from people stays.
 */
export function redoneDecisions(
  effective: readonly Decision[],
  affected: readonly Decision[],
  from: RestartPoint,
  replayed: readonly { decisionId: string }[],
): Decision[] {
  const roles = from === 'children' ? ['fix'] : ['execution', 'fix'];
  const excluded = new Set([...affected, ...replayed].map(({ decisionId }) => decisionId));
  return effective.filter(decision => isRecordedByRole(decision, ...roles) && !excluded.has(decision.decisionId));
}

export function cancelledSubplans(
  planId: string,
  children: readonly PlanRecord[],
  superseded: readonly string[],
): PlanRecord[] {
  const below = (parentId: string): PlanRecord[] =>
    children.filter(({ parentPlanId }) => parentPlanId === parentId).flatMap(child => [child, ...below(child.planId)]);
  return children
    .filter(child => child.parentPlanId === planId && superseded.includes(child.spawnDecisionId ?? ''))
    .filter(({ state }) => state !== 'cancelled')
    .flatMap(child => [child, ...below(child.planId)]);
}

export function reusedSubplans(
  planId: string,
  children: readonly PlanRecord[],
  effective: readonly Decision[],
  superseded: readonly string[],
): string[] {
  return effective
    .filter(({ decisionId }) => !superseded.includes(decisionId))
    .flatMap(({ decisionId }) =>
      children.filter(
        child =>
          child.parentPlanId === planId &&
          child.spawnDecisionId === decisionId &&
          child.phase === 'execute' &&
          child.state === 'complete',
      ),
    )
    .map(child => child.planId);
}

export function correctionWarnings(input: {
  record: PlanRecord;
  from: RestartPoint;
  fallen: readonly PlanRecord[];
  children: readonly PlanRecord[];
  undone: readonly string[];
}): string[] {
  const { record, from, fallen, children, undone } = input;
  const cancelledIds = new Set(fallen.map(({ planId }) => planId));
  const restarted = children.filter(
    child => child.parentPlanId === record.planId && !isTerminal(child) && !cancelledIds.has(child.planId),
  );
  return [
    ...undone.map(what => `What "${what}" did beyond the sandbox is not taken back`),
    ...(restarted.length > 0 ? [`${restarted.length} unfinished subplans that are not affected start again`] : []),
    ...(from === 'strategize' && record.phase !== 'strategize' ? ['The work of the plan itself starts again'] : []),
    ...(record.state === 'processing' ? ['The plan is at work; that is stopped first'] : []),
  ];
}

/** Returns how long the plan worked in this attempt since the restart point, in milliseconds. */
export function workTime(journal: readonly PlanEvent[], from: RestartPoint): number {
  let total = 0;
  let startedAt: number | null = null;
  for (const event of journal) {
    if (event.type !== 'plan.phase_changed') continue;
    const at = Date.parse(event.at);
    if (startedAt !== null) total += at - startedAt;
    if (event.to.phase === 'strategize' && event.to.state === 'queued') total = 0;
    const isCounted = event.to.state === 'processing' && (from === 'strategize' || event.to.phase === 'execute');
    startedAt = isCounted ? at : null;
  }
  return total;
}
