/**
 * `aider --message`, by its documentation: text, with a line of what each message used, such as
 * `Tokens: 2.5k sent, 1.1k cache hit, 120 received. Cost: $0.0081 message, $0.02 session.`
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentReader } from './agent-reader.ts';
import { sumOf } from './json-line.ts';
import { createUsageMeter } from './usage-meter.ts';

export function aiderReader(): AgentReader {
  const meter = createUsageMeter();
  return {
    read(line) {
      const edited = /^Applied edit to (.+)$/.exec(line)?.[1];
      if (edited !== undefined) return [{ kind: 'tool', line: `edits ${edited}` }];
      const ran = /^Running (.+)$/.exec(line)?.[1];
      if (ran !== undefined) return [{ kind: 'tool', line: `runs ${ran}` }];
      const used = /^(?:Tokens: |Cost: \$)/.test(line) ? usageIn(line) : null;
      return used === null ? [{ kind: 'text', text: line }] : meter.add(used);
    },
    close: (): AgentEvent[] => [],
  };
}

/** The tokens sent include cache hits. */
function usageIn(line: string): { tokens: number | null; usd: number | null } {
  const amount = (pattern: RegExp) => {
    const [, digits, unit] = pattern.exec(line) ?? [];
    return digits === undefined
      ? null
      : Number(digits.replaceAll(',', '')) * (unit === 'k' ? 1_000 : unit === 'M' ? 1e6 : 1);
  };
  return {
    tokens: sumOf(amount(/([\d.,]+)(k|M)? sent/), amount(/([\d.,]+)(k|M)? received/)),
    usd: amount(/\$([\d.]+)()? message/),
  };
}
