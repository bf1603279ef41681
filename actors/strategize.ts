import { Fault } from '../src/model/fault.ts';
import { confidenceOf } from './agent-work.ts';
import { convictionsOf } from './convictions.ts';
import { guardedWork } from './guarded-work.ts';
import { inheritedDecisions } from './inherited.ts';
import { look } from './looking.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { withoutRepeats } from './repeats.ts';

/**
 * Lets the strategy agent look and decide. Read-only is enforced from outside: it works in a disposable checkout whose
 * tree must be the same afterwards, and the user's checkout must not have moved. Nothing it wrote survives.
 */
export const strategize = provided('strategize', async (context, world) => {
  const { spec, attempt, guidance } = context.input;
  const { forkedFrom } = spec;
  if (forkedFrom?.goesOn && attempt === 1) {
    const decisions = inheritedDecisions(
      spec,
      forkedFrom,
      await world.ledger.past(forkedFrom.planId, forkedFrom.sequence),
    );
    return { decisions, confidence: confidenceOf(decisions), convictions: convictionsOf(spec, decisions) };
  }
  if (spec.actors.strategy === null) return { decisions: [], confidence: 1 };
  const { project, link } = projectOf(world, spec);
  const agent = spec.actors.strategy;
  const begin = forkedFrom?.treeOid ?? link.baseTree;
  const recorded = await world.ledger.decisions(spec.planId);
  return look(project, { spec, at: `s${attempt}`, tree: begin, kind: 'tree' }, async sandbox => {
    const { decisions } = await guardedWork(world, context, {
      spec,
      attempt,
      role: 'strategy',
      phase: 'strategize',
      agent,
      sandbox,
      tree: begin,
      guidance,
      problem: null,
    });
    const { tree } = await project.capture({ key: sandbox.key });
    if (tree !== begin) {
      const { files } = await project.changes({ alias: link.alias, from: begin, to: tree });
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
    const fresh = withoutRepeats(decisions, recorded);
    const all = [...recorded, ...fresh];
    return { decisions: fresh, confidence: confidenceOf(all), convictions: convictionsOf(spec, all) };
  });
});
