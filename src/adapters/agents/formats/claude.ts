/**
 * `claude -p --output-format stream-json`, which qwen and amp follow. One message of the model is printed on several lines,
 * each with the usage of the whole message except for its final output tokens; the result has the totals.
 */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { createClientLogReader } from './client-log.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, retryEvent, unexplainedFailure } from './failure-cause.ts';
import { amountAt, isObject, objectsAt, parseTypedLine, stringAt, sumOf } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function claudeReader({ directory, price }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const countedMessages = new Set<string>();
  const texts = createTextEvents();
  const clientLog = createClientLogReader();
  let model: string | null = null;

  const messageIn = (message: Record<string, unknown>): AgentEvent[] => {
    const id = stringAt(message, 'id');
    const isNew = id === null || !countedMessages.has(id);
    if (id !== null) countedMessages.add(id);
    model = stringAt(message, 'model') ?? model;
    const content = objectsAt(message, 'content').flatMap((block): AgentEvent[] => {
      const text = stringAt(block, 'text');
      if (block.type === 'text') return texts.of(text);
      if (block.type !== 'tool_use') return [];
      return [{ kind: 'tool', line: describeTool(stringAt(block, 'name') ?? 'a tool', block.input, directory) }];
    });
    const used = { tokens: tokensOf(message.usage), usd: costIn(message.usage, model, price) };
    return [...(isNew ? meter.add(used) : []), ...content];
  };
  const resultIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    const text = stringAt(parsed, 'result');
    const failure = failureIn(parsed, text);
    const perModel = sumOf(...Object.values(isObject(parsed.modelUsage) ? parsed.modelUsage : {}).map(modelTokensOf));
    const tokens = Math.max(tokensOf(parsed.usage) ?? 0, perModel ?? 0);
    const isCounted = isObject(parsed.usage) || perModel !== null;
    return [
      ...meter.setTotal({
        tokens: isCounted ? tokens : null,
        usd: amountAt(parsed, 'total_cost_usd') ?? costIn(parsed.usage, model, price),
      }),
      ...objectsAt(parsed, 'permission_denials').map(
        ({ tool_name, tool_input }): AgentEvent => ({
          kind: 'refused',
          what: describeTool(String(tool_name), tool_input, directory),
        }),
      ),
      // The result repeats the last text; if there was no text before, it is the only one.
      ...(texts.last === null && failure === null ? texts.of(text) : []),
      { kind: 'end', summary: text, failure },
    ];
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return clientLog.read(line);
      const id = stringAt(parsed, 'session_id');
      const session: AgentEvent[] = id === null ? [] : [{ kind: 'session', id }];
      if (parsed.type === 'assistant' && isObject(parsed.message)) return [...session, ...messageIn(parsed.message)];
      if (parsed.type === 'result') return [...session, ...resultIn(parsed)];
      if (parsed.type === 'system' && parsed.subtype === 'api_retry') return [...session, retryIn(parsed)];
      return session;
    },
    close: () => [],
  };
}

function retryIn(parsed: Record<string, unknown>): AgentEvent {
  return retryEvent({
    message: stringAt(parsed, 'error')?.replaceAll('_', ' ') ?? null,
    status: amountAt(parsed, 'error_status'),
    attempt: amountAt(parsed, 'attempt'),
    delayMs: amountAt(parsed, 'retry_delay_ms'),
  });
}

/** A request that failed, as the only words of a run that Qwen Code calls a success. */
const failedRequest = /^\[API Error: .*\]$/s;

/** A subtype that begins with `error` is a failure even without `is_error`: the run ended before it was done. */
function failureIn(parsed: Record<string, unknown>, text: string | null): AgentFailure | null {
  const subtype = stringAt(parsed, 'subtype') ?? '';
  const isFailure = parsed.is_error === true || subtype.startsWith('error') || failedRequest.test(text ?? '');
  if (!isFailure) return null;
  const errors = Array.isArray(parsed.errors) ? parsed.errors.filter(error => typeof error === 'string') : [];
  const message = text || stringAt(parsed, 'error', 'message') || stringAt(parsed, 'error') || errors.join('; ');
  const words = message || subtype.replace(/^error_/, '').replaceAll('_', ' ') || unexplainedFailure;
  return { cause: failureCause(message, amountAt(parsed, 'api_error_status')), message: words };
}

function tokensOf(usage: unknown): number | null {
  return sumOf(
    amountAt(usage, 'input_tokens'),
    amountAt(usage, 'cache_creation_input_tokens'),
    amountAt(usage, 'cache_read_input_tokens'),
    amountAt(usage, 'output_tokens'),
  );
}

/** Qwen Code and Amp print this format without a cost. */
function costIn(usage: unknown, model: string | null, price: AgentReaderOptions['price']): number | null {
  if (price === undefined || tokensOf(usage) === null) return null;
  const tokens = {
    input: amountAt(usage, 'input_tokens') ?? 0,
    cacheRead: amountAt(usage, 'cache_read_input_tokens') ?? 0,
    cacheWrite: amountAt(usage, 'cache_creation_input_tokens') ?? 0,
    output: amountAt(usage, 'output_tokens') ?? 0,
  };
  return price(tokens, model);
}

function modelTokensOf(usage: unknown): number | null {
  return sumOf(
    amountAt(usage, 'inputTokens'),
    amountAt(usage, 'cacheCreationInputTokens'),
    amountAt(usage, 'cacheReadInputTokens'),
    amountAt(usage, 'outputTokens'),
  );
}
