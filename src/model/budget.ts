import * as z from 'zod';
import { Fault } from './fault.ts';

/** What a plan may spend. A missing limit is no limit; children spend their parent's budget. */
export const Budget = z.strictObject({
  toolCalls: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Tool calls of all agents.', examples: [500] }),
  seconds: z
    .number()
    .min(0)
    .optional()
    .meta({
      description:
        'Seconds agents work, added up over subplans. Time spent waiting for a slot or for you is not counted.',
      examples: [1800],
    }),
  tokens: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Tokens that agents report.', examples: [2_000_000] }),
  usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'US dollars that agents report.', examples: [5] }),
});
export type Budget = z.infer<typeof Budget>;

/** What a plan has spent so far, its children included. */
export const Spent = z.strictObject({
  toolCalls: z.number().int().min(0),
  seconds: z.number().min(0),
  /** null while no agent has said what it used: a limit of it then stops nothing, the others do. */
  tokens: z.number().min(0).nullable(),
  usd: z.number().min(0).nullable(),
});
export type Spent = z.infer<typeof Spent>;

export const nothingSpent: Spent = { toolCalls: 0, seconds: 0, tokens: null, usd: null };

/** What an agent says that it used. */
export interface Usage {
  tokens?: number;
  usd?: number;
}

export function spentMore(spent: Spent, { tokens, usd }: Usage): Spent {
  return {
    ...spent,
    tokens: tokens === undefined ? spent.tokens : (spent.tokens ?? 0) + tokens,
    usd: usd === undefined ? spent.usd : (spent.usd ?? 0) + usd,
  };
}

/** The fault that names the first limit a plan has reached; null while it has reached none. `but` leaves one out. */
export function exhausted(
  planId: string,
  budget: Budget,
  spent: Partial<Spent>,
  { but }: { but?: keyof Budget } = {},
): Fault | null {
  for (const limit of ['toolCalls', 'seconds', 'tokens', 'usd'] as const) {
    const most = budget[limit];
    const used = spent[limit] ?? 0;
    if (limit === but || most === undefined || used < most) continue;
    const amount = Math.round(used * 100) / 100;
    return new Fault('BUDGET_EXHAUSTED', `The budget of ${most} ${limit} is used up (${amount})`, {
      where: `plan ${planId}, budget.${limit}`,
      hints: [`troupe plan diff --plan ${planId}`, `troupe plan status ${planId}`],
      details: { budget: limit, limit: most, spent: amount, planId },
    });
  }
  return null;
}
