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
  const resultIn = (said: Record<string, unknown>): AgentEvent[] => {
    const { stats } = said;
    const counted = sumOf(amountAt(stats, 'input_tokens'), amountAt(stats, 'output_tokens'));
    const failure = said.status === 'success' ? null : failureIn(said);
    return [
      ...meter.setTotal({ tokens: amountAt(stats, 'total_tokens') ?? counted, usd: null }),
      { kind: 'end', summary: failure === null ? texts.last : null, failure },
    ];
  };

  return {
    read(line) {
      const said = parseTypedLine(line);
      if (said === null) return null;
      if (said.type === 'message') {
        const content = stringAt(said, 'content');
        if (said.role !== 'assistant' || content === null) return [];
        return said.delta === true ? texts.of(lines.add(content)) : [...close(), ...texts.of(content)];
      }
      const before = close();
      switch (said.type) {
        case 'init':
          return typeof said.session_id === 'string' ? [...before, { kind: 'session', id: said.session_id }] : before;
        case 'tool_use': {
          const described = describeTool(stringAt(said, 'tool_name') ?? 'a tool', said.parameters, directory);
          toolLines.set(String(said.tool_id), described);
          return [...before, { kind: 'tool', line: described }];
        }
        case 'tool_result': {
          const what = toolLines.get(String(said.tool_id));
          const denied = said.status === 'error' && isDenial(said);
          return what !== undefined && denied ? [...before, { kind: 'refused', what }] : before;
        }
        case 'error':
          return [...before, { kind: 'warning', text: stringAt(said, 'message') ?? line }];
        case 'result':
          return [...before, ...resultIn(said)];
        default:
          return before;
      }
    },
    close,
  };
}

function failureIn(said: Record<string, unknown>): AgentFailure {
  const message = stringAt(said, 'error', 'message') ?? stringAt(said, 'error') ?? unexplainedFailure;
  return { cause: failureCause(message), message };
}

function isDenial(said: Record<string, unknown>): boolean {
  const words = `${stringAt(said, 'error', 'type') ?? ''} ${stringAt(said, 'error', 'message') ?? ''}`;
  return /denied|not allowed|policy|plan mode/i.test(words);
}
