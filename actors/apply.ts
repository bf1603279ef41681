import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { ValidationResult } from '../src/model/validation.ts';
import type { Landing } from '../src/ports/project.ts';
import { checkpointNow } from './checkpoint.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { runValidations } from './validate.ts';

/** How often a target that keeps moving is followed before a person is asked. */
const followsMax = 3;

/**
 * Lands exactly the reviewed result, as one commit, once. When the target moved since, the result is merged onto its
 * new head in the sandbox and the validations run again; what then does not fit constrains the plan and lands nothing.
 */
export const apply = provided('apply', async ({ input, step, signal, key }, world) => {
  const { spec, attempt, target, resultTree, sandbox, goal } = input;
  const { project, link } = projectOf(world, spec);
  // Made anew where somebody cleared it away: the result is in a ref of ours.
  const { path } = await project.openSandbox({ key: sandbox.key, tree: resultTree });
  const checkpoint = await step('checkpoint', () =>
    checkpointNow(world, spec, { key: sandbox.key, mark: `${key}/apply`, trigger: 'preApply' }),
  );
  let base = link.baseCommit;
  let tree = resultTree;
  let results: ValidationResult[] = [];
  for (let follow = 0; follow <= followsMax; follow += 1) {
    const landing = await step<Landing>(`land/${follow}`, () =>
      project.land({ key: `${spec.planId}-${attempt}-${follow}`, base, tree, target, message: goal }),
    );
    if (landing.outcome === 'landed') {
      return { outcome: 'landed', commits: landing.commits, files: landing.files, results, checkpoint };
    }
    const moved = landing;
    const merged = await project.mergeTrees({
      base: link.baseTree,
      ours: moved.tree,
      theirs: resultTree,
      alias: link.alias,
      theirsPlanId: spec.planId,
    });
    if (!merged.clean) {
      const files = merged.conflicts.map(conflict => conflict.path);
      return {
        outcome: 'constrained',
        fault: constrained(
          spec,
          `The target moved, and its changes conflict with the result in ${files.join(', ')}`,
          files,
        ),
        results,
        checkpoint,
      };
    }
    await project.restore({ key: sandbox.key, tree: merged.treeOid });
    results = await runValidations(world, spec, {
      directory: path,
      tree: merged.treeOid,
      signal,
      marker: `${key}-${follow}`,
      step: (name, act) => step(`validate/${follow}/${name}`, act),
      reset: () => project.restore({ key: sandbox.key, tree: merged.treeOid }),
    });
    await project.restore({ key: sandbox.key, tree: merged.treeOid });
    const failed = results.filter(result => result.required && !result.passed).map(result => result.name);
    if (failed.length > 0) {
      return {
        outcome: 'constrained',
        fault: constrained(spec, `The target moved, and on its new head these checks fail: ${failed.join(', ')}`, []),
        results,
        checkpoint,
      };
    }
    base = moved.commit;
    tree = merged.treeOid;
  }
  return {
    outcome: 'constrained',
    fault: constrained(spec, `The target moved ${followsMax + 1} times while the result was being landed`, []),
    results,
    checkpoint,
  };
});

function constrained(spec: PlanSpec, message: string, files: string[]): StoredFault {
  return new Fault('BASE_MOVED', message, {
    where: `plan ${spec.planId}`,
    hints: [`troupe plan apply ${spec.planId} --branch troupe/${spec.planId.slice(-6).toLowerCase()}`],
    details: { files },
  }).toJSON();
}
