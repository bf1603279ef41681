/**
 * `cline --json`. Its retries are printed by a file of Troupe. Each step has its usage, with cached tokens included in the
 * input; the result has the totals.
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause } from './failure-cause.ts';
import { amountAt, parseTypedLine, stringAt, sumOf, valueAt } from './json-line.ts';
import { createRefusalReader } from './refused-requests.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function clineReader({ directory }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const texts = createTextEvents();

  const eventIn = (event: unknown): AgentEvent[] => {
    const type = stringAt(event, 'type');
    const contentType = stringAt(event, 'contentType');
    if (type === 'usage') return meter.add({ tokens: tokensOf(event), usd: amountAt(event, 'cost') });
    if (type === 'content_start' && contentType === 'tool') {
      return [
        {
          kind: 'tool',
          line: describeTool(stringAt(event, 'toolName') ?? 'a tool', valueAt(event, 'input'), directory),
        },
      ];
    }
    return type === 'content_end' && contentType === 'text' ? texts.of(stringAt(event, 'text')) : [];
  };
  const resultIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    const text = stringAt(parsed, 'text');
    const reason = stringAt(parsed, 'finishReason');
    const message = text || `it ended as ${reason ?? 'unfinished'}`;
    const failure = reason === 'completed' ? null : { cause: failureCause(message), message };
    const used = parsed.usage;
    return [
      ...meter.setTotal({ tokens: tokensOf(used), usd: amountAt(used, 'totalCost') }),
      ...(texts.last === null && failure === null ? texts.of(text) : []),
      { kind: 'end', summary: failure === null ? text : null, failure },
    ];
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      if (parsed.type === 'agent_event') return eventIn(parsed.event);
      if (parsed.type === 'run_result') return resultIn(parsed);
      if (parsed.type === 'error') return [{ kind: 'warning', text: stringAt(parsed, 'message') ?? line }];
      return [];
    },
    readError: createRefusalReader(),
    close: () => [],
  };
}

function tokensOf(usage: unknown): number | null {
  return sumOf(amountAt(usage, 'inputTokens'), amountAt(usage, 'outputTokens'));
}
