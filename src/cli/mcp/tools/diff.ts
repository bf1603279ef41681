import * as z from 'zod';
import { planIdArgument } from '../plan-argument.ts';
import { defineTool, reading } from '../tool.ts';

export const diff = defineTool({
  name: 'plan_diff',
  description: 'Show the changes of a plan as a unified diff.',
  input: z.strictObject({
    plan: planIdArgument,
    paths: z.array(z.string().min(1)).optional().describe('Only these files and folders.'),
    stat: z.boolean().default(false).describe('Only the number of changed lines of each file.'),
    characters: z.number().int().min(1).max(200_000).default(40_000).describe('Characters to return at most.'),
  }),
  ...reading,
  async run({ plan: id, paths, stat, characters }, { session }) {
    const plan = await session.plan(id);
    const whole = await plan.diff({ stat, ...(paths === undefined ? {} : { paths }) });
    const { resultTree: result } = await plan.record();
    return {
      plan: plan.id,
      result,
      diff: whole.slice(0, characters),
      ...(whole.length > characters ? { truncated: true, characters: whole.length } : {}),
    };
  },
});
