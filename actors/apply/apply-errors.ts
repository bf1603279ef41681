/** Why a tree is not applied: its errors, with the commands that are possible next. */
import { commandHint, type Hint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { type Finding, formatFinding } from '../../src/model/review.ts';
import type { ValidationResult } from '../../src/model/validation.ts';

/** The next commands when nothing was applied: after the target moved, and after validations failed for a part alone. */
export interface NextCommands {
  moved: Hint[];
  failing: Hint[];
}

export function nextCommandsForResult({ planId }: PlanSpec): NextCommands {
  return {
    moved: [commandHint('plan apply', { planId, options: { branch: `troupe/${planId.slice(-6).toLowerCase()}` } })],
    failing: [commandHint('plan review', { planId }), commandHint('plan apply', { planId })],
  };
}

/** The plan is running, in conflict or failed: there is no complete result to view or apply. */
export function nextCommandsForPart({ planId }: PlanSpec): NextCommands {
  const ways = [commandHint('plan tree', { planId }), commandHint('plan explain', { planId })];
  return {
    moved: [commandHint('plan apply', { planId, options: { finished: true, dryRun: true } }), ...ways],
    failing: ways,
  };
}

/** @param results the validations that failed on the new head */
export function baseMovedError(
  { planId }: PlanSpec,
  message: string,
  { moved }: NextCommands,
  { files = [], results }: { files?: string[]; results?: readonly ValidationResult[] } = {},
): TroupeError {
  const details = { files, ...(results && detailsOf(results)) };
  return new TroupeError('BASE_MOVED', message, { where: `plan ${planId}`, hints: moved, details });
}

function detailsOf(failed: readonly ValidationResult[]): Record<string, unknown> {
  return {
    validations: failed.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
  };
}

export function partBlockedError(
  { planId }: PlanSpec,
  blocking: readonly Finding[],
  { failing }: NextCommands,
): TroupeError {
  const lines = blocking.map(finding => formatFinding(finding).replace(/^blocking /, '')).join('; ');
  const message = `The review of only what was chosen found what must be fixed first: ${lines}`;
  return new TroupeError('REVIEW_BLOCKED', message, {
    where: `plan ${planId}`,
    hints: failing,
    details: { findings: blocking },
  });
}

export function partFailedError(
  spec: PlanSpec,
  failed: readonly ValidationResult[],
  { failing }: NextCommands,
): TroupeError {
  return new TroupeError('VALIDATION_FAILED', `With only what was chosen these checks fail: ${namesOf(failed)}`, {
    where: `plan ${spec.planId}`,
    hints: failing,
    details: detailsOf(failed),
  });
}

export const namesOf = (failed: readonly ValidationResult[]) => failed.map(({ name }) => name).join(', ');
