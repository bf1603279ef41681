import * as z from 'zod';
import type { AgentUsage } from '../../model/budget.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { truncateEnd } from '../../model/truncate.ts';

/** The meaning of a line of output to Troupe, if it has one. */
export type AgentMessage =
  | { kind: 'decision'; value: unknown }
  | { kind: 'subplan'; value: unknown }
  | { kind: 'finding'; value: unknown }
  | { kind: 'message'; value: unknown }
  | { kind: 'usage'; usage: AgentUsage }
  | { kind: 'done'; summary: string | null; usage: AgentUsage };

/** Values of `type` in the last line of programs that report in JSON. */
const closingTypes = new Set(['done', 'result', 'turn.completed', 'complete']);

/**
 * Parses one line. Ignores everything that is not JSON for Troupe, but not a line that begins as a decision, subplan or
 * finding and cannot be parsed, because it would be lost.
 * @throws {TroupeError} INVALID_DECISION
 */
export function parseAgentLine(line: string): AgentMessage | null {
  const text = line.trim();
  if (!text.startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const word = /^\{\s*"(decision|subplan|finding)"\s*:/.exec(text);
    if (word === null) return null;
    throw new TroupeError(
      'INVALID_DECISION',
      `A line that looks like a ${word[1]} is not JSON: ${truncateEnd(text, 200)}`,
      {
        hints: [commandHint('plan logs')],
      },
    );
  }
  const message = value as Record<string, unknown>;
  if ('decision' in message) return { kind: 'decision', value: message.decision };
  if ('subplan' in message) return { kind: 'subplan', value: message.subplan };
  if ('finding' in message) return { kind: 'finding', value: message.finding };
  if (isMessage(message.message)) return { kind: 'message', value: message.message };
  if (typeof message.type !== 'string' && 'usage' in message) return { kind: 'usage', usage: usageIn(message) };
  if (typeof message.type !== 'string' || !closingTypes.has(message.type)) return null;
  const summary = message.summary ?? message.result;
  return { kind: 'done', summary: typeof summary === 'string' ? summary : null, usage: usageIn(message) };
}

/** Programs that report in JSON have messages of their own, without a subject. */
function isMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'subject' in value;
}

const amount = z.number().min(0).optional().catch(undefined);
const Used = z.object({
  total_cost_usd: amount,
  usage: z.object({ tokens: amount, usd: amount, input_tokens: amount, output_tokens: amount }).catch({}).default({}),
});

/** Usage, with Troupe's keys or those of programs that report in JSON. */
function usageIn(message: Record<string, unknown>): AgentUsage {
  const { total_cost_usd, usage } = Used.parse(message);
  const { input_tokens, output_tokens } = usage;
  const counted =
    input_tokens === undefined && output_tokens === undefined ? undefined : (input_tokens ?? 0) + (output_tokens ?? 0);
  const tokens = usage.tokens ?? counted;
  const usd = usage.usd ?? total_cost_usd;
  return omitUndefined({ tokens, usd });
}
