import { runAgent } from '../agent/run-agent.ts';
import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';
import { checkoutOptions } from './prepare.ts';

/** Asks the estimation agent for the expected effort. Informational: its failure never blocks. */
export const estimate = defineEffect('estimate', async (context, world) => {
  const { spec, attempt } = context.input;
  const agent = spec.actors.estimation;
  if (agent === null) return { estimate: null };
  const { project, link } = projectOf(world, spec);
  const key = `${spec.planId}-e${attempt}`;
  const pin = `plans/${spec.planId}/estimate`;
  const sandbox = await project.openSandbox({
    key,
    tree: link.baseTree,
    kind: 'tree',
    checkout: checkoutOptions(spec),
  });
  try {
    const job = { spec, attempt, agent, sandbox, tree: link.baseTree, guidance: [], problem: null };
    const { answer } = await runAgent(world, context, { ...job, role: 'estimation', phase: 'strategize' });
    return { estimate: answer.estimate ?? { summary: answer.summary } };
  } finally {
    await project.removeSandbox({ key, pin });
    await project.unpin(pin);
  }
});
