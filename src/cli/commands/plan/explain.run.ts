import { planTitle } from '../../../index.ts';
import { checkoutChangeLines } from '../../../presentation/checkout-changes.ts';
import { correctionImpact } from '../../../presentation/correction-impact.ts';
import { formatDecisions } from '../../../presentation/decisions.ts';
import { formatLastOutput } from '../../../presentation/last-output.ts';
import { nextLines } from '../../../presentation/next-commands.ts';
import { explainState } from '../../../presentation/next-steps.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { stateLabel } from '../../../presentation/plan-state.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { formatSessions, sessionData } from '../../../presentation/sessions.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { explainMissingFiles, findMissingFiles } from '../../project/missing-files.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

/** Explains the plan: decisions, rejected alternatives, why it waits, and the next commands. */
export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const record = await plan.record();
  const decisions = await plan.decisions({ superseded: context.args.has('superseded') });
  const sessions = await plan.sessions();
  const missing = await findMissingFiles(plan, record, opened);
  const { reason, next } = missing === null ? explainState(record, context) : explainMissingFiles(record, missing);
  const { paint } = context;
  const impact = [...correctionImpact(decisions)].map(([decision_id, invalidates]) => ({ decision_id, invalidates }));
  return {
    data: {
      plan: planData(record),
      decisions: toSnakeCaseKeys(decisions),
      impact,
      sessions: toSnakeCaseKeys(sessions.map(sessionData)),
      reason,
      next,
    },
    text: [
      `${paint.bold(stateLabel(record))}  ${sanitizeLine(planTitle(record))}`,
      reason,
      ...formatLastOutput(record.error),
      ...checkoutChangeLines(record),
      ...formatSessions(sessions),
      '',
      ...formatDecisions(decisions, paint),
      '',
      ...(next.length === 0 ? ['The plan is finished; no further commands.'] : nextLines(next, paint)),
    ].join('\n'),
  };
};
