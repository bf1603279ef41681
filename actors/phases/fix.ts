import { formatBisection } from '../../src/model/bisection.ts';
import { blockingFindings, findingLocation } from '../../src/model/review.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { culpritAuthor } from '../bisection/culprit-author.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { restoreStart } from '../sandbox/restore-start.ts';

/**
 * Returns failing validations, or blocking findings of a review, to the agent of the subplan that makes them fail, else to
 * the execution agent, with the end of the validations' output and the validated tree.
 */
export const fix = defineEffect('fix', async (context, services) => {
  const { spec, attempt, sandbox, tree: checked, results, findings, bisection = null, guidance } = context.input;
  const { project } = resolveProject(services, spec);
  const task = (await culpritAuthor(services, spec, bisection)) ?? spec;
  const start = { spec: task, attempt, role: 'fix', agent: task.actors.execution, sandbox, tree: checked } as const;
  await restoreStart(context, services, start);
  const failed = results
    .filter(result => result.required && !result.passed)
    .map(result => `${result.name} failed with exit code ${result.exitCode}:\n${result.outputTail}`);
  const blocking = blockingFindings(findings).map(
    finding => `A reviewer found in ${findingLocation(finding)}:\n${finding.text}`,
  );
  const cause = bisection === null ? [] : [`Cause: ${formatBisection(bisection)}.`];
  const problem = [...cause, ...failed, ...blocking].join('\n\n');
  const { decisions, toolCalls } = await withCheckoutGuard(services, context, {
    ...start,
    phase: 'execute',
    guidance,
    problem,
  });
  const { tree } = await project.capture({ key: sandbox.key, pin: `plans/${spec.planId}/work` });
  return { decisions, tree, toolCalls };
});
