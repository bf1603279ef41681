import { commandHint } from '../../src/model/command-hint.ts';
import { isSpawn } from '../../src/model/decision.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { JournaledWork } from '../../src/model/rollback-history.ts';
import type { AgentAnswer } from '../../src/ports/agent.ts';
import { inheritedWork } from '../agent/fork-inheritance.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { attemptGoal } from '../attempts/attempt-goal.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { restoreStart } from '../sandbox/restore-start.ts';

const noWork: JournaledWork = { calls: [], results: new Map() };

/**
 * Runs the execution agent in the sandbox. Reads its changes from the tree, not from its answer. Restores the sandbox
 * to the start of the work first, so an interrupted run leaves nothing behind.
 */
export const execute = defineEffect('execute', async (context, services) => {
  const { spec, attempt, sandbox, begin, guidance } = context.input;
  const { project } = resolveProject(services, spec);
  const start = { spec, attempt, role: 'execution', agent: spec.actors.execution, sandbox, tree: begin.tree } as const;
  await restoreStart(context, services, start);
  const attempts = await attemptGoal(context, services);
  if (attempts !== null) return attempts;
  const own = begin.sequence === null ? noWork : await services.ledger.work(spec.planId, begin.sequence);
  const inherited =
    begin.inherits && spec.forkedFrom !== null ? await inheritedWork(services, spec, spec.forkedFrom) : noWork;
  const {
    answer,
    decisions,
    toolCalls,
    run,
    tree: captured,
  } = await withCheckoutGuard(services, context, {
    ...start,
    phase: 'execute',
    guidance,
    problem: null,
    answered: [...inherited.calls, ...own.calls],
    results: new Map([...inherited.results, ...own.results]),
  });
  const pin = `plans/${spec.planId}/work`;
  const tree = captured ?? (await project.capture({ key: sandbox.key, pin })).tree;
  if (captured !== null) await project.pin(pin, captured);
  const { refused } = answer;
  if (refused !== undefined && tree === begin.tree && !spec.allowEmpty && !spec.readOnly) {
    const all = [...(await services.ledger.decisions(spec.planId)), ...decisions];
    if (!all.some(({ type }) => isSpawn(type))) throw refusedError(spec, refused);
  }
  return { decisions, tree, toolCalls, run };
});

/** It did nothing, for it was not permitted to: an agent says no more than that it is done, and exits well. */
function refusedError(
  { planId }: PlanSpec,
  { actions, permissions }: NonNullable<AgentAnswer['refused']>,
): TroupeError {
  const what = actions.slice(0, 3).join('; ');
  const how = permissions === null ? '' : `. To permit it, add to its arguments: ${permissions}`;
  return new TroupeError(
    'NOTHING_DONE',
    `Nothing was changed, because the agent was refused what it tried: ${what}${how}`,
    {
      where: `plan ${planId}`,
      hints: [commandHint('plan logs'), commandHint('help action')],
      details: { refused: actions },
    },
  );
}
