import * as z from 'zod';
import { AgentRef } from './agent.ts';

/** The most attempts at one goal: each costs as much as the whole work. */
export const bestOfMax = 10;

/** Parallel attempts at one goal, of which one is chosen. */
export const BestOf = z.strictObject({
  count: z
    .number()
    .int()
    .min(1)
    .max(bestOfMax)
    .meta({ description: 'Attempts at the goal, each in a sandbox of its own.', examples: [3] }),
  judge: AgentRef.nullable()
    .default(null)
    .meta({
      description: 'Agent that compares the attempts that passed the validations and chooses one. null: you choose.',
      examples: ['reviewer'],
    }),
});
export type BestOf = z.infer<typeof BestOf>;

/** An attempt that may be chosen: its number, counted from 1, its plan, and its result. */
export const AttemptResult = z.strictObject({
  attempt: z.number().int().min(1),
  planId: z.string(),
  treeOid: z.string(),
});
export type AttemptResult = z.infer<typeof AttemptResult>;

/** The name under which the choice between attempts is resolved, in place of the path of a file. */
export const attemptsPath = 'attempts';

/** Returns which attempt a judge chose and why; null if the text names none. */
export function parseVerdict(text: string): { attempt: number; reason: string } | null {
  const match = /^\W*attempt\s+(\d+)\b\W*([\s\S]*)$/i.exec(text.trim());
  if (match === null) return null;
  const [, number = '', reason = ''] = match;
  return { attempt: Number(number), reason: reason.trim() };
}
