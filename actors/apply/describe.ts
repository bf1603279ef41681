import { TroupeError } from '../../src/model/errors.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { reviewDiff } from '../agent/review-diff.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';

/**
 * Asks the applyActor for the commit message, before the result is shown. If the agent fails, the plan keeps the
 * default message and the reason; only a change of your checkout fails the plan.
 */
export const describe = defineEffect('describe', async (context, services) => {
  const { spec, attempt, resultTree } = context.input;
  const agent = spec.actors.apply;
  if (agent === null) return { message: null, error: null, decisions: [] };
  const { project, link } = resolveProject(services, spec);
  try {
    const diff = await reviewDiff(project, link.baseTree, resultTree);
    return await withTemporaryCheckout(
      project,
      { spec, at: `m${attempt}`, tree: resultTree, kind: 'tree' },
      async sandbox => {
        const job = { spec, attempt, agent, sandbox, tree: resultTree, guidance: [], diff, problem: null };
        const { answer, decisions } = await withCheckoutGuard(services, context, {
          ...job,
          role: 'apply',
          phase: 'execute',
        });
        if (answer.message === undefined)
          throw new TroupeError('AGENT_FAILED', 'The applyActor gave no commit message');
        return { message: answer.message, error: null, decisions };
      },
    );
  } catch (thrown) {
    const error = TroupeError.serialize(thrown);
    if (context.signal.aborted || error.category === 'invariant') throw thrown;
    services.log(spec.planId, 'apply', `the commit keeps the default message: ${error.message}`);
    return { message: null, error, decisions: [] };
  }
});
