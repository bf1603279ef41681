/** The error of a validation that failed: the checks that failed or did not run, or the findings that block. */
import { culpritIds, formatBisection } from '../src/model/bisection.ts';
import { commandHint } from '../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import { blockingFindings, formatFinding } from '../src/model/review.ts';
import { missingResults, type ValidationResult } from '../src/model/validation.ts';
import { isValid, type ValidationContext } from './validation-context.ts';

function failedRequired(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

export function validationError(context: ValidationContext): SerializedError {
  return isValid(context) ? reviewBlockedError(context) : failedChecksError(context);
}

function afterFixes({ round }: ValidationContext): string {
  return round === 1 ? '' : ` after ${round - 1} ${round === 2 ? 'fix' : 'fixes'}`;
}

function reviewBlockedError(context: ValidationContext): SerializedError {
  const { planId } = context.spec;
  const blocking = blockingFindings(context.findings);
  const lines = blocking.map(finding => formatFinding(finding).replace(/^blocking /, '')).join('; ');
  return new TroupeError(
    'REVIEW_BLOCKED',
    `The review found what must be fixed first${afterFixes(context)}: ${lines}`,
    {
      where: `plan ${planId}`,
      hints: [
        commandHint('plan diff'),
        commandHint('plan prompt', { args: ['what to change'] }),
        commandHint('plan explain'),
      ],
      details: { findings: blocking },
    },
  ).toJSON();
}

function failedChecksError(context: ValidationContext): SerializedError {
  const { planId, validations } = context.spec;
  const failures = failedRequired(context.results);
  const names = [
    ...failures.map(({ name, outcome, exitCode }) => `${name} (${describeOutcome(outcome, exitCode)})`),
    ...missingResults(validations, context.results).map(name => `${name} (no result)`),
  ].join(', ');
  const { bisection } = context;
  const cause = bisection === null ? '' : `; ${formatBisection(bisection)}`;
  const rest = culpritIds(bisection).length === 0 ? [] : [commandHint('plan apply', { options: { finished: true } })];
  return new TroupeError('VALIDATION_FAILED', `A required validation failed${afterFixes(context)}: ${names}${cause}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan diff'), commandHint('plan prompt', { args: ['what to change'] }), ...rest],
    details: {
      ...(bisection === null ? {} : { bisection }),
      validations: failures.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
    },
  }).toJSON();
}

function describeOutcome(outcome: ValidationResult['outcome'], exitCode: number | null): string {
  if (outcome !== 'exited') return outcome.replace('_', ' ');
  return exitCode === null ? 'killed' : `exit ${exitCode}`;
}
