import { commandHint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { findReintroducedParts } from './reintroduced-parts.ts';

/** Freezes the result for review and apply: its tree, its changes, and a checkpoint. */
export const review = defineEffect('review', async ({ input, step, emit, key }, services) => {
  const { spec, sandbox, startTree, isRest, tree } = input;
  const { project, link } = resolveProject(services, spec);
  const checkpoint = await step('checkpoint', () =>
    createCheckpoint(services, spec, {
      ...{ key: sandbox.key, mark: `${key}/result`, trigger: 'postExecute' },
      ...(tree !== null && { tree }),
    }),
  );
  const resultTree = checkpoint.treeOid;
  await project.pin(`plans/${spec.planId}/result`, resultTree);
  const own = await project.changes({ alias: link.alias, from: startTree, to: resultTree });
  const paths = own.files.map(change => change.path);
  if (spec.readOnly && paths.length > 0) {
    throw new TroupeError('READ_ONLY_BREACH', `The plan is read-only but changed ${paths.join(', ')}`, {
      where: `plan ${spec.planId}`,
      details: { files: paths },
    });
  }
  const outside =
    spec.resourceScopes.length === 0 ? [] : paths.filter(path => !services.matches(spec.resourceScopes, path));
  if (outside.length > 0) {
    throw new TroupeError(
      'OUT_OF_SCOPE',
      `Changed outside its scope (${spec.resourceScopes.join(', ')}): ${outside.join(', ')}`,
      {
        where: `plan ${spec.planId}`,
        hints: [commandHint('plan explain', { planId: spec.planId })],
        details: { files: outside, scopes: spec.resourceScopes },
      },
    );
  }
  const changeSet = await project.changes({ alias: link.alias, from: link.baseTree, to: resultTree });
  if (changeSet.files.length === 0 && !isRest && demandsChanges(spec)) {
    throw new TroupeError('NOTHING_DONE', `Nothing was changed, and done would mean: ${spec.definitionOfDone}`, {
      where: `plan ${spec.planId}`,
      hints: [commandHint('plan logs'), commandHint('plan prompt', { args: ['what is missing'] })],
    });
  }
  const { planId } = spec;
  const warned = (await findReintroducedParts(services, spec, changeSet)).map((path): PlanEventPayload => {
    const message = `${path} was rejected, and the new result has it as it was`;
    return { type: 'plan.warned', planId, phase: 'execute', message };
  });
  await emit(warned);
  return { resultTree, changeSet, checkpoint };
});

/** An action with a definition of done requires changes. A child's goal may be to find that there is nothing to do. */
function demandsChanges({ definitionOfDone, allowEmpty, readOnly, depth }: PlanSpec): boolean {
  return depth === 0 && definitionOfDone !== '' && !allowEmpty && !readOnly;
}
