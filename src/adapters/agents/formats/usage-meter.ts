import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentReaderOptions } from './agent-reader.ts';

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

/**
 * @param usageBefore what earlier runs of the session used, which totals include. A first total below it is of this run alone.
 */
export function createUsageMeter({
  usageBefore: before = {},
}: Pick<AgentReaderOptions, 'usageBefore'> = {}): UsageMeter {
  const counted = { tokens: 0, usd: 0 };
  const included = { tokens: includedIn(before.tokens), usd: includedIn(before.usd) };
  const add = ({ tokens, usd }: Amounts): AgentEvent[] => {
    counted.tokens += tokens ?? 0;
    counted.usd += usd ?? 0;
    if (tokens === null && usd === null) return [];
    return [{ kind: 'usage', usage: { ...(tokens !== null && { tokens }), ...(usd !== null && { usd }) } }];
  };
  const rest = (total: number | null, key: 'tokens' | 'usd') =>
    total === null ? null : Math.max(0, total - included[key](total) - counted[key]);
  return {
    add,
    setTotal: ({ tokens, usd }) => add({ tokens: rest(tokens, 'tokens'), usd: rest(usd, 'usd') }),
  };
}

/** Decides at the first total whether it includes an earlier amount. */
function includedIn(earlier = 0): (total: number) => number {
  let included: number | null = null;
  return total => {
    included ??= total < earlier ? 0 : earlier;
    return included;
  };
}
