import * as z from 'zod';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { openAttempt } from '../../parse-attempt.ts';
import { planIdArgument } from '../plan-argument.ts';
import { defineTool, reading } from '../tool.ts';

export const diff = defineTool({
  name: 'plan_diff',
  description: 'Show the changes of a plan as a unified diff.',
  input: z.strictObject({
    plan: planIdArgument,
    attempt: z.number().int().min(1).optional().describe('One of several attempts at the goal, counted from 1.'),
    paths: z.array(z.string().min(1)).optional().describe('Only these files and folders.'),
    stat: z.boolean().default(false).describe('Only the number of changed lines of each file.'),
    characters: z.number().int().min(1).max(200_000).default(40_000).describe('Characters to return at most.'),
  }),
  ...reading,
  async run({ plan: id, attempt, paths, stat, characters }, { session }) {
    const root = await session.plan(id);
    const plan = attempt === undefined ? root : await openAttempt((await session.open()).troupe, root, attempt);
    const whole = await plan.diff({ stat, ...omitUndefined({ paths }) });
    const { resultTree: result } = await plan.record();
    return {
      plan: plan.id,
      result,
      diff: whole.slice(0, characters),
      ...(whole.length > characters ? { truncated: true, characters: whole.length } : {}),
    };
  },
});
