import { Fault } from '../src/model/fault.ts';
import { guardedWork } from './guarded-work.ts';
import { look } from './looking.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { shownDiff } from './shown-diff.ts';

/**
 * Asks the applyActor for the message of the commit, before anybody is shown what would be applied. Where it fails the plan
 * keeps the default and the reason; only what an agent did to the user's checkout is a failure of the plan.
 */
export const describe = provided('describe', async (context, world) => {
  const { spec, attempt, resultTree } = context.input;
  const agent = spec.actors.apply;
  if (agent === null) return { message: null, fault: null, decisions: [] };
  const { project, link } = projectOf(world, spec);
  try {
    const diff = await shownDiff(project, link.baseTree, resultTree);
    return await look(project, { spec, at: `m${attempt}`, tree: resultTree, kind: 'tree' }, async sandbox => {
      const job = { spec, attempt, agent, sandbox, tree: resultTree, guidance: [], diff, problem: null };
      const { answer, decisions } = await guardedWork(world, context, { ...job, role: 'apply', phase: 'execute' });
      if (answer.message === undefined) throw new Fault('AGENT_FAILED', 'The applyActor gave no commit message');
      return { message: answer.message, fault: null, decisions };
    });
  } catch (thrown) {
    const fault = Fault.store(thrown);
    if (context.signal.aborted || fault.category === 'invariant') throw thrown;
    world.log(spec.planId, 'apply', `the commit keeps the default message: ${fault.message}`);
    return { message: null, fault, decisions: [] };
  }
});
