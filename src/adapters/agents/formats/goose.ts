/**
 * `goose run --quiet --output-format stream-json`, by its documentation. Text comes in pieces of one message. The last
 * line has the tokens, also after an error.
 */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause } from './failure-cause.ts';
import { amountAt, isObject, objectsAt, parseTypedLine, stringAt, sumOf, valueAt } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';
import { createWholeLines } from './whole-lines.ts';

export function gooseReader({ directory, price }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const lines = createWholeLines();
  let message = '';
  const texts = createTextEvents();
  let failure: AgentFailure | null = null;

  const close = () => texts.of(lines.take());
  const messageIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    if (parsed.role !== 'assistant') return close();
    const id = stringAt(parsed, 'id') ?? message;
    const before = id === message ? [] : close();
    message = id;
    const content = objectsAt(parsed, 'content').flatMap((block): AgentEvent[] => {
      if (block.type === 'text') return texts.of(lines.add(stringAt(block, 'text') ?? ''));
      if (block.type !== 'toolRequest') return [];
      const call = valueAt(block, 'toolCall', 'value') ?? block.toolCall;
      const name = stringAt(call, 'name') ?? 'a tool';
      return [...close(), { kind: 'tool', line: describeTool(name, valueAt(call, 'arguments'), directory) }];
    });
    return [...before, ...content];
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      switch (parsed.type) {
        case 'message':
          return isObject(parsed.message) ? messageIn(parsed.message) : [];
        case 'error': {
          const words = stringAt(parsed, 'error') ?? line;
          failure = { cause: failureCause(words), message: words };
          return [...close(), { kind: 'warning', text: words }];
        }
        case 'complete': {
          const counted = sumOf(amountAt(parsed, 'input_tokens'), amountAt(parsed, 'output_tokens'));
          return [
            ...close(),
            ...meter.setTotal({ tokens: amountAt(parsed, 'total_tokens') ?? counted, usd: costIn(parsed, price) }),
            { kind: 'end', summary: failure === null ? texts.last : null, failure },
          ];
        }
        default:
          return [];
      }
    },
    close,
  };
}

/** Without counts of its own for input and output nothing is known of the cost. */
function costIn(parsed: unknown, price: AgentReaderOptions['price']): number | null {
  const [input, output] = [amountAt(parsed, 'input_tokens'), amountAt(parsed, 'output_tokens')];
  if (price === undefined || input === null || output === null) return null;
  return price({ input, cacheRead: 0, cacheWrite: 0, output }, null);
}
