import { Fault } from '../src/model/fault.ts';
import { messageOf } from '../src/model/landing.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { ValidationResult } from '../src/model/validation.ts';
import type { Landing } from '../src/ports/project.ts';
import { runAfterLanding } from './after-landing.ts';
import { checkpointNow } from './checkpoint.ts';
import { layoutOf } from './prepare.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { runValidations } from './validate.ts';
import { workplaceOf } from './workplace.ts';

/** How often a target that keeps moving is followed before a person is asked. */
const followsMax = 3;

/**
 * Lands exactly the reviewed result, as one commit, once. When the target moved since, the result is merged onto its
 * new head in the sandbox and the validations run again; what then does not fit constrains the plan and lands nothing.
 * So do the checks of a part that was chosen, which nobody has seen alone.
 */
export const apply = provided('apply', async (context, world) => {
  const { input, step, signal, key } = context;
  const { spec, attempt, target, resultTree, sandbox, goal, order } = input;
  const { project, link } = projectOf(world, spec);
  // Made anew where somebody cleared it away: the result is in a ref of ours.
  await project.openSandbox({ key: sandbox.key, tree: resultTree, layout: layoutOf(spec) });
  const checkpoint = await step('checkpoint', () =>
    checkpointNow(world, spec, { key: sandbox.key, mark: `${key}/apply`, trigger: 'preApply' }),
  );
  const checked = async (name: string, treeOid: string) => {
    const reset = () => project.restore({ key: sandbox.key, tree: treeOid });
    await reset();
    const results = await runValidations(world, spec, {
      place: () => workplaceOf(world, spec, sandbox, { signal, key }),
      tree: treeOid,
      signal,
      marker: `${key}-${name}`,
      step: (check, act) => step(`validate/${name}/${check}`, act),
      reset,
    });
    await reset();
    return results;
  };
  const wanted = order?.chosen?.treeOid ?? resultTree;
  let base = link.baseCommit;
  let tree = wanted;
  let results: ValidationResult[] = [];
  const constrainedBy = (fault: Fault) => ({
    outcome: 'constrained' as const,
    fault: fault.toJSON(),
    results,
    checkpoint,
  });
  if (order?.chosen) {
    results = await checked('chosen', wanted);
    const failed = failedIn(results);
    if (failed.length > 0) return constrainedBy(partFails(spec, failed));
  }
  // What a part or another head was tried with before is another landing.
  const mark = order?.chosen ? `${spec.planId}-${attempt}-${wanted.slice(0, 12)}` : `${spec.planId}-${attempt}`;
  const message = messageOf(goal, spec.planId, order?.commit ?? spec.commit);
  const after = order?.after ?? spec.afterApply ?? null;
  for (let follow = 0; follow <= followsMax; follow += 1) {
    const landing = await step<Landing>(`land/${follow}`, () =>
      project.land({ key: `${mark}-${follow}`, base, tree, target, message }),
    );
    if (landing.outcome === 'landed') {
      const { commits, files } = landing;
      const then = after && (await runAfterLanding(world, context, { spec, link, after, target, landed: landing }));
      return { outcome: 'landed', commits, files, results, checkpoint, after: then };
    }
    const moved = landing;
    const merged = await project.mergeTrees({
      base: link.baseTree,
      ours: moved.tree,
      theirs: wanted,
      alias: link.alias,
      theirsPlanId: spec.planId,
    });
    if (!merged.clean) {
      const files = merged.conflicts.map(conflict => conflict.path);
      const what = `The target moved, and its changes conflict with the result in ${files.join(', ')}`;
      return constrainedBy(baseMoved(spec, what, files));
    }
    results = await checked(String(follow), merged.treeOid);
    const failed = failedIn(results);
    if (failed.length > 0) {
      return constrainedBy(
        baseMoved(spec, `The target moved, and on its new head these checks fail: ${namesOf(failed)}`, []),
      );
    }
    base = moved.commit;
    tree = merged.treeOid;
  }
  return constrainedBy(
    baseMoved(spec, `The target moved ${followsMax + 1} times while the result was being landed`, []),
  );
});

function failedIn(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

const namesOf = (failed: readonly ValidationResult[]) => failed.map(({ name }) => name).join(', ');

function baseMoved(spec: PlanSpec, message: string, files: string[]): Fault {
  return new Fault('BASE_MOVED', message, {
    where: `plan ${spec.planId}`,
    hints: [`troupe plan apply ${spec.planId} --branch troupe/${spec.planId.slice(-6).toLowerCase()}`],
    details: { files },
  });
}

function partFails(spec: PlanSpec, failed: readonly ValidationResult[]): Fault {
  return new Fault('VALIDATION_FAILED', `With only what was chosen these checks fail: ${namesOf(failed)}`, {
    where: `plan ${spec.planId}`,
    hints: [`troupe plan review ${spec.planId}`, `troupe plan apply ${spec.planId}`],
    details: {
      validations: failed.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
    },
  });
}
