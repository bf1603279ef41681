import { commandHint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { lowestConfidences } from '../agent/confidence.ts';
import { dedupeDecisions } from '../agent/dedupe-decisions.ts';
import { inheritedDecisions } from '../agent/fork-inheritance.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { confidenceOf } from '../agent/run-agent.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';

/**
 * Runs the strategy agent. Read-only is enforced from outside: the agent works in a temporary checkout whose tree
 * must be unchanged afterwards, and your checkout must not have changed. Files it wrote are discarded. The checkout is at the
 * same path in every attempt: most agents find their session only there.
 */
export const strategize = defineEffect('strategize', async (context, services) => {
  const { spec, attempt, guidance } = context.input;
  const { forkedFrom } = spec;
  if (forkedFrom?.continues && attempt === 1) {
    const decisions = inheritedDecisions(
      spec,
      forkedFrom,
      await services.ledger.decisionsAt(forkedFrom.planId, forkedFrom.sequence),
    );
    return {
      decisions,
      confidence: confidenceOf(decisions),
      confidenceByThreshold: lowestConfidences(spec, decisions),
    };
  }
  if (spec.actors.strategy === null) return { decisions: [], confidence: 1 };
  const { project, link } = resolveProject(services, spec);
  const agent = spec.actors.strategy;
  const begin = forkedFrom?.treeOid ?? link.baseTree;
  const recorded = await services.ledger.decisions(spec.planId);
  return withTemporaryCheckout(project, { spec, at: 's', tree: begin, kind: 'tree' }, async sandbox => {
    const { decisions } = await withCheckoutGuard(services, context, {
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
      throw new TroupeError(
        'READ_ONLY_BREACH',
        `The strategy agent changed files although Strategize is read-only: ${paths.join(', ')}`,
        {
          where: `plan ${spec.planId}`,
          hints: [commandHint('plan revert'), commandHint('plan logs')],
          details: { files: paths },
        },
      );
    }
    const fresh = dedupeDecisions(decisions, recorded);
    const all = [...recorded, ...fresh];
    return { decisions: fresh, confidence: confidenceOf(all), confidenceByThreshold: lowestConfidences(spec, all) };
  });
});
