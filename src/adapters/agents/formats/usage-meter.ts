import type { AgentEvent } from '../../../model/agent-event.ts';

interface Amounts {
  tokens: number | null;
  usd: number | null;
}

/** Adds up the usage that an agent reports. Counts each token once, whether the agent reports parts, totals or both. */
export interface UsageMeter {
  /** Adds a part. */
  add(amounts: Amounts): AgentEvent[];
  /** Raises the count to a total; a total below the count changes nothing. */
  setTotal(amounts: Amounts): AgentEvent[];
}

export function createUsageMeter(before: { tokens: number } = { tokens: 0 }): UsageMeter {
  const counted = { tokens: before.tokens, usd: 0 };
  const add = ({ tokens, usd }: Amounts): AgentEvent[] => {
    counted.tokens += tokens ?? 0;
    counted.usd += usd ?? 0;
    if (tokens === null && usd === null) return [];
    return [{ kind: 'usage', usage: { ...(tokens !== null && { tokens }), ...(usd !== null && { usd }) } }];
  };
  const rest = (total: number | null, sofar: number) => (total === null ? null : Math.max(0, total - sofar));
  return {
    add,
    setTotal: ({ tokens, usd }) => add({ tokens: rest(tokens, counted.tokens), usd: rest(usd, counted.usd) }),
  };
}
