import * as z from 'zod';
import { commandHint, type ResolutionChoice, TroupeError } from '../../../index.ts';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, working } from '../tool.ts';

const input = z.strictObject({
  plan: planRequired,
  path: z.string().min(1).describe('Path of the conflict.'),
  hunk: z.number().int().min(1).optional().describe('One hunk, counted from 1. Default: the whole file.'),
  take: z.enum(['ours', 'theirs', 'base', 'both']).optional().describe('The side to take.'),
  content: z.string().optional().describe('The text to take in place of a side.'),
});

export const resolve = defineTool({
  name: 'plan_resolve',
  description:
    'Resolve a merge conflict, or one hunk of it: take a side, or give the text. The merge continues when no conflict is left; follow it with plan_wait.',
  input,
  ...working,
  async run({ plan: id, path, hunk, ...choice }, { session }) {
    const plan = await session.plan(id);
    await plan.conflicts.resolve(path, resolutionOf(choice), hunk === undefined ? {} : { hunk });
    return planResult(session, plan);
  },
});

function resolutionOf({ take, content }: Pick<z.output<typeof input>, 'take' | 'content'>): ResolutionChoice {
  if (take !== undefined && content === undefined) return take;
  if (content !== undefined && take === undefined) return { content: Buffer.from(content) };
  throw new TroupeError('USAGE', 'Say what to take, in one way: a side, or the text', {
    where: 'take, content',
    hints: [commandHint('plan conflicts')],
  });
}
