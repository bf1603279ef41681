import type { BudgetUsage } from './budget.ts';

export const zeroUsage: BudgetUsage = { toolCalls: 0, seconds: 0, tokens: null, usd: null };
