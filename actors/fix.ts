import { agentWork } from './agent-work.ts';
import { projectOf, watched } from './project.ts';
import { provided } from './provided.ts';

/** Hands failing validations back to the execution agent, with the end of what they printed and the work as it was checked. */
export const fix = provided('fix', async (context, world) => {
  const { spec, attempt, sandbox, tree: checked, results, guidance } = context.input;
  const { project } = projectOf(world, spec);
  await project.restore({ key: sandbox.key, tree: checked });
  const problem = results
    .filter(result => result.required && !result.passed)
    .map(result => `${result.name} failed with exit code ${result.exitCode}:\n${result.outputTail}`)
    .join('\n\n');
  const { decisions, toolCalls } = await watched(project, () =>
    agentWork(world, context, {
      spec,
      attempt,
      role: 'fix',
      phase: 'execute',
      agent: spec.actors.execution,
      sandbox,
      guidance,
      problem,
    }),
  );
  const { tree } = await project.capture({ key: sandbox.key, pin: `plans/${spec.planId}/work` });
  return { decisions, tree, toolCalls };
});
