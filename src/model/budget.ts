import * as z from 'zod';
import { commandHint } from './command-hint.ts';
import { TroupeError } from './errors.ts';

/**
 * The limit on tool calls, seconds, tokens and money of a plan and its subplans together. A missing limit means no limit;
 * children use their parent's budget.
 */
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

/** What a plan has used so far, its children included. */
export const BudgetUsage = z.strictObject({
  toolCalls: z.number().int().min(0),
  seconds: z.number().min(0),
  /** null until an agent reports its usage: a token limit then stops nothing, the other limits do. */
  tokens: z.number().min(0).nullable(),
  usd: z.number().min(0).nullable(),
});
export type BudgetUsage = z.infer<typeof BudgetUsage>;

/** Usage as an agent reports it. */
export interface AgentUsage {
  tokens?: number;
  usd?: number;
}

export function addUsage(usage: BudgetUsage, { tokens, usd }: AgentUsage): BudgetUsage {
  return {
    ...usage,
    tokens: tokens === undefined ? usage.tokens : (usage.tokens ?? 0) + tokens,
    usd: usd === undefined ? usage.usd : (usage.usd ?? 0) + usd,
  };
}

/** Returns the error that names the first limit a plan has reached, or null. `but` skips one limit. */
export function budgetError(
  planId: string,
  budget: Budget,
  usage: Partial<BudgetUsage>,
  { but }: { but?: keyof Budget } = {},
): TroupeError | null {
  for (const limit of ['toolCalls', 'seconds', 'tokens', 'usd'] as const) {
    const most = budget[limit];
    const used = usage[limit] ?? 0;
    if (limit === but || most === undefined || used < most) continue;
    const amount = used < 0.01 ? Number(used.toPrecision(2)) : Math.round(used * 100) / 100;
    return new TroupeError('BUDGET_EXHAUSTED', `The budget of ${most} ${limit} is used up (${amount})`, {
      where: `plan ${planId}, budget.${limit}`,
      hints: [commandHint('plan diff', { planId }), commandHint('plan status', { planId })],
      details: { budget: limit, limit: most, spent: amount, planId },
    });
  }
  return null;
}
