import { inheritedCalls } from '../agent/fork-inheritance.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';
import { restoreStart } from '../sandbox/restore-start.ts';

/**
 * Runs the execution agent in the sandbox. Reads its changes from the tree, not from its answer. Restores the sandbox
 * to the start of the work first, so an interrupted run leaves nothing behind.
 */
export const execute = defineEffect('execute', async (context, world) => {
  const { spec, attempt, sandbox, begin, guidance } = context.input;
  const { project } = projectOf(world, spec);
  await restoreStart(context, world, { spec, sandbox, tree: begin.tree });
  const own = begin.sequence === null ? [] : await world.ledger.calls(spec.planId, begin.sequence);
  const inherited =
    begin.inherits && spec.forkedFrom !== null ? await inheritedCalls(world, spec, spec.forkedFrom) : [];
  const answered = [...inherited, ...own];
  const { decisions, toolCalls, run } = await withCheckoutGuard(world, context, {
    spec,
    attempt,
    role: 'execution',
    phase: 'execute',
    agent: spec.actors.execution,
    sandbox,
    tree: begin.tree,
    guidance,
    problem: null,
    answered,
  });
  const { tree } = await project.capture({ key: sandbox.key, pin: `plans/${spec.planId}/work` });
  return { decisions, tree, toolCalls, run };
});
