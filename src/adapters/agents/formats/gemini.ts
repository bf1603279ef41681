/** `gemini --output-format stream-json`. Text comes in pieces, usage at the end; input tokens include cached ones. */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, unexplainedFailure } from './failure-cause.ts';
import { amountAt, parseTypedLine, stringAt, sumOf } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';
import { createWholeLines } from './whole-lines.ts';

export function geminiReader({ directory }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const lines = createWholeLines();
  const texts = createTextEvents();
  const toolLines = new Map<string, string>();

  const close = () => texts.of(lines.take());
  const resultIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    const { stats } = parsed;
    const counted = sumOf(amountAt(stats, 'input_tokens'), amountAt(stats, 'output_tokens'));
    const failure = parsed.status === 'success' ? null : failureIn(parsed);
    return [
      ...meter.setTotal({ tokens: amountAt(stats, 'total_tokens') ?? counted, usd: null }),
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
    close,
  };
}

function failureIn(parsed: Record<string, unknown>): AgentFailure {
  const message = stringAt(parsed, 'error', 'message') ?? stringAt(parsed, 'error') ?? unexplainedFailure;
  return { cause: failureCause(message), message };
}

function isDenial(parsed: Record<string, unknown>): boolean {
  const words = `${stringAt(parsed, 'error', 'type') ?? ''} ${stringAt(parsed, 'error', 'message') ?? ''}`;
  return /denied|not allowed|policy|plan mode/i.test(words);
}
