import { type PlanRecord, splitByProject } from '../index.ts';
import { nextCommands } from './next-commands.ts';
import { toSnakeCaseKeys } from './snake-case.ts';

const fields = [
  'planId',
  'parentPlanId',
  'rootPlanId',
  'depth',
  'description',
  'definitionOfDone',
  'actionName',
  'arguments',
  'phase',
  'state',
  'resting',
  'availableCommands',
  'attempt',
  'reversionCount',
  'automationProfile',
  'confidence',
  'readOnly',
  'toolCalls',
  'spent',
  'budget',
  'lastCompletedStep',
  'lastCheckpointId',
  'startTree',
  'resultTree',
  'error',
  'errorMessage',
  'errorDetails',
  'waiting',
  'queue',
  'cancelReason',
  'projectLinks',
  'applySummary',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof PlanRecord)[];

/** Returns a plan as JSON for programs. Its schema is PlanData in schemas.ts. */
export function planData(record: PlanRecord): Record<string, unknown> {
  const picked = Object.fromEntries(fields.map(field => [field, record[field]]));
  return toSnakeCaseKeys({
    ...picked,
    attemptNumber: record.attemptNumber ?? null,
    findings: record.findings ?? [],
    bisection: record.bisection ?? null,
    appliedParts: record.appliedParts ?? [],
    subplanStatuses: record.subplanStatuses.map(({ planId, goal, state, attempt }) => ({
      planId,
      goal,
      state,
      attempt,
    })),
    validationResults: record.validationResults.map(
      ({ name, required, passed, exitCode, outputDigest, durationMs, cached = false }) => ({
        name,
        required,
        passed,
        exitCode,
        outputDigest,
        durationMs,
        cached,
      }),
    ),
    guidance: record.guidance.map((text, at) => ({
      text,
      state: at < record.guidanceDelivered ? 'delivered' : 'pending',
    })),
    approvals: (record.approvals ?? []).map(({ approvalId, tool, input, threshold, question = null }) => ({
      approvalId,
      question,
      tool,
      input,
      threshold,
    })),
    checkoutChanges: record.checkoutChanges.map(({ planId, files, accepted }) => ({ planId, files, accepted })),
    projects: splitByProject(record),
    conflicts: record.conflicts.map(({ path, kind }) => ({ path, kind })),
    files: record.changeSet?.files.map(({ path, operation }) => ({ path, operation })) ?? [],
    next: nextCommands(record),
  }) as Record<string, unknown>;
}
