import { stripVTControlCharacters } from 'node:util';
import { attentionKind, type PlanSummary, parseLastLines, type SerializedError } from '../../index.ts';
import { formatHint } from '../../presentation/hints.ts';
import type { PlanError, PlanOverview } from '../state/events.ts';

/** Converts a plan's summary to the fields that the page needs. */
export function toPlanOverview(line: PlanSummary): PlanOverview {
  const { planId, parentPlanId, rootPlanId, depth, goal, actionName, profile } = line;
  const { phase, state, since, createdAt, note, waiting, approvals, resting } = line;
  return {
    type: 'plan',
    ...{ planId, parentPlanId, rootPlanId, depth, goal, action: actionName, profile },
    ...{ phase, state, since, createdAt, note },
    waiting: waiting && {
      until: waiting.until,
      category: waiting.error.category,
      message: waiting.error.message,
    },
    need: attentionKind(line),
    approvals: approvals.map(({ approvalId, words, folder, question = null }) => ({
      ...{ approvalId, words, folder, question },
    })),
    availableCommands: resting?.availableCommands ?? [],
    error: resting?.error ? toPlanError(resting.error) : null,
    conflicts: resting?.conflicts ?? 0,
    files: resting?.files ?? 0,
    checks: resting?.checks ?? { passed: 0, total: 0 },
  };
}

function toPlanError(error: SerializedError): PlanError {
  const { message, hints } = error;
  const lastOutput = parseLastLines(error).map(({ goal, lines }) => ({ goal, lines: lines.map(printable) }));
  return { message, hints: hints.map(formatHint), lastOutput };
}

/** A log line without the terminal control sequences that an agent may have printed. */
const printable = (line: string) => stripVTControlCharacters(line).replace(/[^\P{Cc}\t]/gu, '');
