import { runAgent } from '../agent/run-agent.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';

/** Asks the estimation agent for the expected effort. Informational: its failure never blocks. */
export const estimate = defineEffect('estimate', async (context, services) => {
  const { spec, attempt } = context.input;
  const agent = spec.actors.estimation;
  if (agent === null) return { estimate: null };
  const { project, link } = resolveProject(services, spec);
  const tree = link.baseTree;
  return withTemporaryCheckout(project, { spec, at: `e${attempt}`, tree, kind: 'tree' }, async sandbox => {
    const job = { spec, attempt, agent, sandbox, tree, guidance: [], problem: null };
    const { answer } = await runAgent(services, context, { ...job, role: 'estimation', phase: 'strategize' });
    return { estimate: answer.estimate ?? { summary: answer.summary } };
  });
});
