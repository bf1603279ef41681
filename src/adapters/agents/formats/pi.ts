/**
 * `pi -p --mode json`. It prints every piece of a message with the whole message so far, so only the ends of messages are read.
 * A line that was cut because of its length is recognized by its beginning.
 */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { createClientLogReader } from './client-log.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, retryEvent, unexplainedFailure } from './failure-cause.ts';
import { amountAt, isObject, objectsAt, parseTypedLine, stringAt, sumOf } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function piReader({ directory }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const texts = createTextEvents();
  let failure: AgentFailure | null = null;

  const messageIn = (message: unknown): AgentEvent[] => {
    if (!isObject(message) || message.role !== 'assistant') return [];
    const { usage } = message;
    const text = objectsAt(message, 'content')
      .flatMap(block => (block.type === 'text' ? (stringAt(block, 'text') ?? []) : []))
      .join('\n');
    const ended = message.stopReason === 'error' || message.stopReason === 'aborted';
    const words = stringAt(message, 'errorMessage') ?? unexplainedFailure;
    failure = ended ? { cause: failureCause(words), message: words } : null;
    const tokens = sumOf(
      amountAt(usage, 'input'),
      amountAt(usage, 'output'),
      amountAt(usage, 'cacheRead'),
      amountAt(usage, 'cacheWrite'),
    );
    return [...meter.add({ tokens, usd: amountAt(usage, 'cost', 'total') }), ...(text === '' ? [] : texts.of(text))];
  };

  return {
    read(line) {
      if (line.startsWith('{"type":"message_update"')) return [];
      // The line repeats all messages, so in a long session it is cut. After a failure it may try again.
      if (line.startsWith('{"type":"agent_end"')) {
        return failure === null ? [{ kind: 'end', summary: texts.last, failure }] : [];
      }
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      switch (parsed.type) {
        case 'session':
          return typeof parsed.id === 'string' ? [{ kind: 'session', id: parsed.id }] : [];
        case 'message_end':
          return messageIn(parsed.message);
        case 'tool_execution_start':
          return [
            { kind: 'tool', line: describeTool(stringAt(parsed, 'toolName') ?? 'a tool', parsed.args, directory) },
          ];
        case 'auto_retry_start':
          return [retryIn(parsed)];
        default:
          return [];
      }
    },
    readError: createClientLogReader().read,
    close: () => (failure === null ? [] : [{ kind: 'end', summary: null, failure }]),
  };
}

function retryIn(parsed: Record<string, unknown>): AgentEvent {
  return retryEvent({
    message: stringAt(parsed, 'errorMessage'),
    status: null,
    attempt: amountAt(parsed, 'attempt'),
    delayMs: amountAt(parsed, 'delayMs'),
  });
}
