import * as z from 'zod';
import { planLine } from '../plan-result.ts';
import { defineTool, reading } from '../tool.ts';

export const list = defineTool({
  name: 'plan_list',
  description: 'List the plans of this project, oldest first.',
  input: z.strictObject({ all: z.boolean().default(false).describe('Finished plans, too.') }),
  ...reading,
  async run({ all }, { session }) {
    const { troupe } = await session.open();
    return { plans: (await troupe.list({ all })).map(planLine) };
  },
});
