import { blockingFindings, findingLocation } from '../../src/model/review.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { restoreStart } from '../sandbox/restore-start.ts';

/**
 * Returns failing validations, or blocking findings of a review, to the execution agent, with the end of the
 * validations' output and the validated tree.
 */
export const fix = defineEffect('fix', async (context, services) => {
  const { spec, attempt, sandbox, tree: checked, results, findings, guidance } = context.input;
  const { project } = resolveProject(services, spec);
  await restoreStart(context, services, { spec, sandbox, tree: checked });
  const failed = results
    .filter(result => result.required && !result.passed)
    .map(result => `${result.name} failed with exit code ${result.exitCode}:\n${result.outputTail}`);
  const blocking = blockingFindings(findings).map(
    finding => `A reviewer found in ${findingLocation(finding)}:\n${finding.text}`,
  );
  const problem = [...failed, ...blocking].join('\n\n');
  const { decisions, toolCalls } = await withCheckoutGuard(services, context, {
    spec,
    attempt,
    role: 'fix',
    phase: 'execute',
    agent: spec.actors.execution,
    sandbox,
    tree: checked,
    guidance,
    problem,
  });
  const { tree } = await project.capture({ key: sandbox.key, pin: `plans/${spec.planId}/work` });
  return { decisions, tree, toolCalls };
});
