import * as z from 'zod';
import { isAtOrBelow } from '../../../presentation/diff.ts';
import { nextCalls } from '../next-calls.ts';
import { planIdArgument } from '../plan-argument.ts';
import { defineTool, reading } from '../tool.ts';

export const review = defineTool({
  name: 'plan_review',
  description:
    'Show the result of a plan for review: its files and hunks, its id as plan_apply takes it, and what would prevent that it is applied.',
  input: z.strictObject({
    plan: planIdArgument,
    paths: z.array(z.string().min(1)).optional().describe('Only these files and folders.'),
    hunks: z.boolean().default(true).describe('With the text of each hunk.'),
  }),
  ...reading,
  async run({ plan: id, paths = [], hunks: withHunks }, { session }) {
    const plan = await session.plan(id);
    const { location } = await session.open();
    const files = (await plan.review.files()).filter(({ path }) => paths.length === 0 || paths.some(isAtOrBelow(path)));
    const { treeOid, message, target, blockedBy } = await plan.previewApply({ from: location.root });
    return {
      plan: plan.id,
      result: treeOid,
      files: files.map(({ path, operation, hunks }) => ({
        path,
        operation,
        hunks: withHunks ? hunks.map(({ number, text }) => ({ part: `${path}#${number}`, text })) : hunks.length,
      })),
      target,
      message,
      blocked_by: blockedBy === null ? null : { code: blockedBy.code, message: blockedBy.message },
      next: nextCalls(await plan.record(), session.mayApply),
    };
  },
});
