import { blockingIn, placeOfFinding } from '../src/model/review.ts';
import { guardedWork } from './guarded-work.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/**
 * Hands failing validations, or what a review found that blocks, back to the execution agent, with the end of what the
 * validations printed and the work as it was checked.
 */
export const fix = provided('fix', async (context, world) => {
  const { spec, attempt, sandbox, tree: checked, results, findings, guidance } = context.input;
  const { project } = projectOf(world, spec);
  await project.restore({ key: sandbox.key, tree: checked });
  const failed = results
    .filter(result => result.required && !result.passed)
    .map(result => `${result.name} failed with exit code ${result.exitCode}:\n${result.outputTail}`);
  const blocking = blockingIn(findings).map(
    finding => `A reviewer found in ${placeOfFinding(finding)}:\n${finding.text}`,
  );
  const problem = [...failed, ...blocking].join('\n\n');
  const { decisions, toolCalls } = await guardedWork(world, context, {
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
