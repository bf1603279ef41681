import * as z from 'zod';
import { attemptsPath, commandHint, type ResolutionChoice, TroupeError } from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, working } from '../tool.ts';

const input = z.strictObject({
  plan: planRequired,
  path: z.string().min(1).optional().describe('Path of the conflict.'),
  attempt: z.number().int().min(1).optional().describe('The attempt to take, in place of a path.'),
  hunk: z.number().int().min(1).optional().describe('One hunk, counted from 1. Default: the whole file.'),
  take: z.enum(['ours', 'theirs', 'base', 'both']).optional().describe('The side to take.'),
  content: z.string().optional().describe('The text to take in place of a side.'),
});

export const resolve = defineTool({
  name: 'plan_resolve',
  description:
    'Resolve a merge conflict, or one hunk of it: take a side, or give the text. Or choose one of several attempts. The merge continues when no conflict is left; follow it with plan_wait.',
  input,
  ...working,
  async run({ plan: id, path, hunk, ...choice }, { session }) {
    const resolution = resolutionOf(choice);
    const subject = path ?? (choice.attempt === undefined ? undefined : attemptsPath);
    if (subject === undefined) throw usageError('Say which conflict', 'path');
    const plan = await session.plan(id);
    await plan.conflicts.resolve(subject, resolution, omitUndefined({ hunk }));
    return planResult(session, plan);
  },
});

function resolutionOf({
  attempt,
  take,
  content,
}: Pick<z.output<typeof input>, 'attempt' | 'take' | 'content'>): ResolutionChoice {
  if ([attempt, take, content].filter(choice => choice !== undefined).length !== 1)
    throw usageError('Say what to take, in one way: a side, the text, or an attempt', 'take, content, attempt');
  if (attempt !== undefined) return { attempt };
  return take ?? { content: Buffer.from(content ?? '') };
}

const usageError = (message: string, where: string) =>
  new TroupeError('USAGE', message, { where, hints: [commandHint('plan conflicts')] });
