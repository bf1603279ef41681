import type { EffectContext } from '../../src/durable/effect.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import type { EffectInput, EffectOutput } from '../../src/model/effects.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { chooseAttempt } from '../attempts/choose-attempt.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { resolveRow } from './resources.ts';

/** Resolves one conflict, or one hunk of it, in the merged tree. */
export const resolveConflict = defineEffect('resolveConflict', async (context, services) => {
  const { spec, tree, conflict, resolution } = context.input;
  if (conflict.attempts !== undefined) return chooseAttempt(context, services, conflict.attempts);
  if (resolution.take === 'actor') return resolveByAgent(context, services);
  const { project } = resolveProject(services, spec);
  const treeOid =
    resolution.take === 'hunk' && conflict.resource !== undefined
      ? await resolveRow(services, project, { tree, conflict, resolution })
      : await project.resolve({ tree, conflict, resolution });
  return { treeOid, decisions: [], toolCalls: 0 };
});

/**
 * Lets an agent resolve the conflict in the sandbox, where the file contains the markers. Verifies the result: no
 * markers left, valid syntax, no other file changed. Restores the sandbox afterwards.
 * @throws {TroupeError} CONFLICT_LEFT, OUT_OF_SCOPE
 */
async function resolveByAgent(
  context: EffectContext<EffectInput<'resolveConflict'>>,
  services: EffectServices,
): Promise<EffectOutput<'resolveConflict'>> {
  const { spec, attempt, sandbox, tree, conflict, resolution, guidance } = context.input;
  const { project, link } = resolveProject(services, spec);
  const { key } = sandbox;
  const takeOurs = commandHint('plan resolve', {
    planId: spec.planId,
    args: [conflict.path],
    options: { take: 'ours' },
  });
  const named = resolution.take === 'actor' ? resolution.actor : null;
  await project.restore({ key, tree });
  try {
    const { decisions, toolCalls } = await withCheckoutGuard(services, context, {
      spec,
      attempt,
      role: 'conflict',
      phase: 'execute',
      agent: named ?? spec.actors.conflict ?? spec.actors.execution,
      sandbox,
      tree,
      guidance,
      problem: problemOf(conflict),
    });
    const { tree: treeOid } = await project.capture({ key, pin: `plans/${spec.planId}/resolved` });
    const { files } = await project.changes({ alias: link.alias, from: tree, to: treeOid });
    const others = files.map(({ path }) => path).filter(path => path !== conflict.path);
    if (others.length > 0) {
      throw new TroupeError(
        'OUT_OF_SCOPE',
        `Asked to resolve ${conflict.path}, the agent changed ${others.join(', ')}`,
        {
          where: `plan ${spec.planId}`,
          hints: [takeOurs, commandHint('plan logs', { planId: spec.planId })],
          details: { files: others },
        },
      );
    }
    const left =
      files.length === 0 ? 'it was not touched' : await project.unresolvedReason({ conflict, tree: treeOid });
    if (left !== null) {
      throw new TroupeError('CONFLICT_LEFT', `The agent has not resolved ${conflict.path}: ${left}`, {
        where: conflict.path,
        hints: [
          commandHint('plan conflicts', { planId: spec.planId }),
          takeOurs,
          commandHint('plan logs', { planId: spec.planId }),
        ],
      });
    }
    return { treeOid, decisions, toolCalls };
  } finally {
    await project.restore({ key, tree });
  }
}

/** Describes a conflict for an agent. */
function problemOf({ path, kind, message, ours, theirs }: Conflict): string {
  const side = (name: string, goals: readonly string[]) =>
    `${name}: ${goals.length > 0 ? goals.join('; ') : 'the plan itself'}`;
  return [
    `Resolve the conflict in ${path} (${kind}) so that the changes of both sides are kept.`,
    ...(message === '' ? [] : [message]),
    side('Ours', ours.goals),
    side('Theirs', theirs.goals),
    'A text file contains conflict markers. Change no other file and leave no marker.',
  ].join('\n');
}
