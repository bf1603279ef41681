/** What falls with a corrected decision, and what stays. */
import type { RunAgain } from '../model/correction.ts';
import type { Decision } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import type { PlanRecord } from '../model/plan.ts';
import { isOfRole } from './correction-start.ts';
import { isEnded } from './ended.ts';

/** Whose deeds go with the files, although nothing that is corrected influenced them. What people said stays. */
export function redoneWith(
  held: readonly Decision[],
  affected: readonly Decision[],
  from: RunAgain,
  answered: readonly { decisionId: string }[],
): Decision[] {
  const roles = from === 'children' ? ['fix'] : ['execution', 'fix'];
  const stays = new Set([...affected, ...answered].map(({ decisionId }) => decisionId));
  return held.filter(decision => isOfRole(decision, ...roles) && !stays.has(decision.decisionId));
}

export function fallingWith(
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

export function keptOf(
  planId: string,
  children: readonly PlanRecord[],
  held: readonly Decision[],
  superseded: readonly string[],
): string[] {
  return held
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

export function warningsOf(scene: {
  record: PlanRecord;
  from: RunAgain;
  fallen: readonly PlanRecord[];
  children: readonly PlanRecord[];
  undone: readonly string[];
}): string[] {
  const { record, from, fallen, children, undone } = scene;
  const gone = new Set(fallen.map(({ planId }) => planId));
  const again = children.filter(
    child => child.parentPlanId === record.planId && !isEnded(child) && !gone.has(child.planId),
  );
  return [
    ...undone.map(what => `What "${what}" did beyond the sandbox is not taken back`),
    ...(again.length > 0 ? [`${again.length} unfinished subplans that are not affected begin anew`] : []),
    ...(from === 'strategize' && record.phase !== 'strategize' ? ['The work of the plan itself begins anew'] : []),
    ...(record.state === 'processing' ? ['The plan is at work; that is stopped first'] : []),
  ];
}

/** How long the plan was at work in this attempt, from the phase it goes back to. */
export function workSince(journal: readonly PlanEvent[], from: RunAgain): number {
  let total = 0;
  let began: number | null = null;
  for (const event of journal) {
    if (event.type !== 'plan.phase_changed') continue;
    const at = Date.parse(event.at);
    if (began !== null) total += at - began;
    if (event.to.phase === 'strategize' && event.to.state === 'queued') total = 0;
    const counts = event.to.state === 'processing' && (from === 'strategize' || event.to.phase === 'execute');
    began = counts ? at : null;
  }
  return total;
}
