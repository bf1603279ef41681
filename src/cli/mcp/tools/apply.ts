import * as z from 'zod';
import { commandHint, type Plan, type PlanRecord, TroupeError } from '../../../index.ts';
import { shortId } from '../../../presentation/hints.ts';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, final } from '../tool.ts';

export const apply = defineTool({
  name: 'plan_apply',
  description:
    'Apply the reviewed result of a plan to the project: one commit on the branch that is checked out, or on the named branch. "result" is the id of the result that you reviewed; another one is refused. Works only if the server was started with --allow-apply.',
  input: z.strictObject({
    plan: planRequired,
    result: z.string().min(1).describe('"result" of plan_review, plan_status or plan_wait.'),
    branch: z.string().min(1).optional().describe('Commit to this branch and do not change the checkout.'),
  }),
  ...final,
  async run({ plan: id, result, branch }, { session, signal }) {
    const plan = await session.plan(id);
    if (!session.mayApply) throw notAllowedError(plan);
    const { location } = await session.open();
    const record = await plan.record();
    if (record.resultTree !== null && record.resultTree !== result) throw otherResultError(record);
    const target = branch === undefined ? {} : { target: { kind: 'branch' as const, branch } };
    await plan.ifUnchangedSince(record).apply({ from: location.root, ...target });
    await plan.waitUntilIdle({ signal });
    return planResult(session, plan);
  },
});

function notAllowedError({ id }: Plan): TroupeError {
  return new TroupeError('APPROVAL_NEEDED', 'This server does not apply results; a person does, after a review', {
    where: `plan ${id}`,
    hints: [
      commandHint('plan apply', { planId: shortId(id) }),
      commandHint('mcp', { options: { allowApply: true }, note: 'a server that does' }),
    ],
  });
}

/** What the caller saw is not what would be applied. */
function otherResultError({ planId }: PlanRecord): TroupeError {
  return new TroupeError('LOCK_CONFLICT', 'This is not the result that the plan has now; review it first', {
    where: `plan ${planId}`,
    hints: [commandHint('plan review', { planId: shortId(planId) })],
  });
}
