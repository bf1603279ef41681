/**
 * `gemini --output-format stream-json`. Text comes in pieces, usage at the end; input tokens include cached ones.
 * Its own retries are reported on standard error only.
 */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, retryEvent, unexplainedFailure } from './failure-cause.ts';
import { amountAt, isObject, parseTypedLine, stringAt, sumOf, valueAt } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';
import { createWholeLines } from './whole-lines.ts';

export function geminiReader({ directory, price }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const lines = createWholeLines();
  const texts = createTextEvents();
  const toolLines = new Map<string, string>();

  const close = () => texts.of(lines.take());
  const resultIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    const { stats } = parsed;
    const failure = parsed.status === 'success' ? null : failureIn(parsed);
    return [
      ...meter.setTotal({ tokens: tokensOf(stats), usd: costIn(stats, price) }),
      { kind: 'end', summary: failure === null ? texts.last : null, failure },
    ];
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      if (parsed.type === 'message') {
        const content = stringAt(parsed, 'content');
        if (parsed.role !== 'assistant' || content === null) return [];
        return parsed.delta === true ? texts.of(lines.add(content)) : [...close(), ...texts.of(content)];
      }
      const before = close();
      switch (parsed.type) {
        case 'init':
          return typeof parsed.session_id === 'string'
            ? [...before, { kind: 'session', id: parsed.session_id }]
            : before;
        case 'tool_use': {
          const described = describeTool(stringAt(parsed, 'tool_name') ?? 'a tool', parsed.parameters, directory);
          toolLines.set(String(parsed.tool_id), described);
          return [...before, { kind: 'tool', line: described }];
        }
        case 'tool_result': {
          const what = toolLines.get(String(parsed.tool_id));
          const denied = parsed.status === 'error' && isDenial(parsed);
          return what !== undefined && denied ? [...before, { kind: 'refused', what }] : before;
        }
        case 'error':
          return [...before, { kind: 'warning', text: stringAt(parsed, 'message') ?? line }];
        case 'result':
          return [...before, ...resultIn(parsed)];
        default:
          return before;
      }
    },
    readError(line) {
      const again = /^Attempt (\d+) failed(?: with status (\d+))?.*Retrying with backoff/.exec(line);
      if (again === null) return null;
      const [, attempt, status] = again;
      const message = /"message":\s*"([^"]+)"/.exec(line)?.[1] ?? line;
      return [
        retryEvent({
          message,
          status: status === undefined ? null : Number(status),
          attempt: Number(attempt),
          delayMs: null,
        }),
      ];
    },
    close,
  };
}

function tokensOf(stats: unknown): number | null {
  return amountAt(stats, 'total_tokens') ?? sumOf(amountAt(stats, 'input_tokens'), amountAt(stats, 'output_tokens'));
}

/** Returns the cost of all models that it used; null if the price of one is not known. */
function costIn(stats: unknown, price: AgentReaderOptions['price']): number | null {
  if (price === undefined || tokensOf(stats) === null) return null;
  const models = valueAt(stats, 'models');
  const parts: [string | null, unknown][] = isObject(models) ? Object.entries(models) : [[null, stats]];
  let cost = 0;
  for (const [model, used] of parts) {
    const read = amountAt(used, 'input_tokens') ?? 0;
    const cacheRead = Math.min(read, amountAt(used, 'cached') ?? 0);
    // Thoughts are in the total only.
    const output = Math.max(0, (tokensOf(used) ?? 0) - read);
    const priced = price({ input: read - cacheRead, cacheRead, cacheWrite: 0, output }, model);
    if (priced === null) return null;
    cost += priced;
  }
  return cost;
}

function failureIn(parsed: Record<string, unknown>): AgentFailure {
  const message = stringAt(parsed, 'error', 'message') ?? stringAt(parsed, 'error') ?? unexplainedFailure;
  return { cause: failureCause(message), message };
}

function isDenial(parsed: Record<string, unknown>): boolean {
  const words = `${stringAt(parsed, 'error', 'type') ?? ''} ${stringAt(parsed, 'error', 'message') ?? ''}`;
  return /denied|not allowed|policy|plan mode/i.test(words);
}
