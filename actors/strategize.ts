import { Fault } from '../src/model/fault.ts';
import { agentWork, confidenceOf } from './agent-work.ts';
import { look } from './looking.ts';
import { projectOf, watched } from './project.ts';
import { provided } from './provided.ts';

/**
 * Lets the strategy agent look and decide. Read-only is enforced from outside: it works in a disposable checkout whose
 * tree must be the same afterwards, and the user's checkout must not have moved. Nothing it wrote survives.
 */
export const strategize = provided('strategize', async (context, world) => {
  const { spec, attempt, guidance } = context.input;
  if (spec.actors.strategy === null) return { decisions: [], confidence: 1 };
  const { project, link } = projectOf(world, spec);
  const agent = spec.actors.strategy;
  return look(project, { spec, at: `s${attempt}`, tree: link.baseTree }, async sandbox => {
    const { decisions } = await watched(project, () =>
      agentWork(world, context, {
        spec,
        attempt,
        role: 'strategy',
        phase: 'strategize',
        agent,
        sandbox,
        guidance,
        problem: null,
      }),
    );
    const { tree } = await project.capture({ key: sandbox.key });
    if (tree !== link.baseTree) {
      const { files } = await project.changes({ alias: link.alias, from: link.baseTree, to: tree });
      const paths = files.map(change => change.path);
      throw new Fault(
        'READ_ONLY_BREACH',
        `The strategy agent changed files although Strategize is read-only: ${paths.join(', ')}`,
        {
          where: `plan ${spec.planId}`,
          hints: ['troupe plan revert', 'troupe plan logs'],
          details: { files: paths },
        },
      );
    }
    return { decisions, confidence: confidenceOf(decisions) };
  });
});
