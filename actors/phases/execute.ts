import { inheritedCalls } from '../agent/fork-inheritance.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';
import { restoreStart } from '../sandbox/restore-start.ts';

/**
 * The execution agent's own work in the sandbox. What it changed is read from the tree, never from its words.
 * The sandbox is restored to where the work starts first, so a run that was interrupted leaves nothing half done.
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
