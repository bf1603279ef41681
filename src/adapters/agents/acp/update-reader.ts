import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentUsage } from '../../../model/budget.ts';
import { amountAt, isObject, stringAt, sumOf } from '../formats/json-line.ts';
import { createUsageMeter } from '../formats/usage-meter.ts';
import { createWholeLines } from '../formats/whole-lines.ts';
import { type AcpToolCall, describeAcpCall, mergeToolCall } from './tool-call.ts';

/** Reads what an ACP agent reports while it works on a prompt, and its answer. */
export interface UpdateReader {
  /** Returns the events of the params of a `session/update`; none of a kind that is not known. */
  read(params: unknown): AgentEvent[];
  /** Returns the events of the response to the prompt. */
  readAnswer(answer: unknown): AgentEvent[];
  /** Returns the events of text without a line end. */
  close(): AgentEvent[];
  /** Returns a tool call with all that is known of it, and the event that reports it unless it was reported before. */
  toolCall(update: Record<string, unknown>): { call: AcpToolCall; line: string; events: AgentEvent[] };
}

/** @param usageBefore what earlier runs of the session used: the agent reports the cost of the whole session */
export function createUpdateReader(directory: string, usageBefore: AgentUsage = {}): UpdateReader {
  const lines = createWholeLines();
  const meter = createUsageMeter({ usageBefore });
  const calls = new Map<string, AcpToolCall>();
  const reported = new Set<string>();
  let message = '';

  const textOf = (text: string | null): AgentEvent[] => (text === null ? [] : [{ kind: 'text', text }]);
  const report = (update: Record<string, unknown>, isLate: boolean) => {
    const id = stringAt(update, 'toolCallId') ?? '';
    const call = mergeToolCall(calls.get(id), update);
    calls.set(id, call);
    const described = describeAcpCall(call, directory);
    const line = described ?? (call.title || `uses a tool (${call.kind})`);
    const isReported = reported.has(id) || (described === null && !isLate);
    if (!isReported) reported.add(id);
    const events: AgentEvent[] = isReported ? [] : [{ kind: 'tool', line }];
    return { call, line, events };
  };
  const readCall = (update: Record<string, unknown>): AgentEvent[] => {
    message = '';
    const hasFailed = update.status === 'failed';
    const { line, events } = report(update, hasFailed || update.status === 'completed');
    return [
      ...textOf(lines.take()),
      ...events,
      ...(hasFailed ? [{ kind: 'warning' as const, text: `failed: ${line}` }] : []),
    ];
  };

  return {
    read(params) {
      const update = isObject(params) ? params.update : null;
      if (!isObject(update)) return [];
      switch (update.sessionUpdate) {
        case 'agent_message_chunk': {
          const text = stringAt(update, 'content', 'text') ?? '';
          message += text;
          return textOf(lines.add(text));
        }
        case 'tool_call':
        case 'tool_call_update':
          return readCall(update);
        case 'usage_update': {
          const isUsd = stringAt(update, 'cost', 'currency') === 'USD';
          return meter.setTotal({ tokens: null, usd: isUsd ? amountAt(update, 'cost', 'amount') : null });
        }
        default:
          return [];
      }
    },
    readAnswer(answer) {
      const content = isObject(answer) ? answer : {};
      const summary = message.trim();
      return [
        ...textOf(lines.take()),
        ...meter.add({ tokens: tokensOf(content), usd: null }),
        { kind: 'end', summary: summary === '' ? null : summary, failure: failureOf(content) },
      ];
    },
    close: () => textOf(lines.take()),
    toolCall: update => report(update, true),
  };
}

/** Gemini CLI reports its tokens in an extension only. */
function tokensOf(answer: Record<string, unknown>): number | null {
  const { usage } = answer;
  return (
    amountAt(usage, 'totalTokens') ??
    sumOf(
      amountAt(usage, 'inputTokens'),
      amountAt(usage, 'outputTokens'),
      amountAt(usage, 'cachedReadTokens'),
      amountAt(usage, 'cachedWriteTokens'),
    ) ??
    sumOf(
      amountAt(answer, '_meta', 'quota', 'token_count', 'input_tokens'),
      amountAt(answer, '_meta', 'quota', 'token_count', 'output_tokens'),
    )
  );
}

const stopMessages: Readonly<Record<string, string>> = {
  max_tokens: 'it reached the maximum number of tokens',
  max_turn_requests: 'it reached the maximum number of requests to its model',
  refusal: 'its model refused to go on',
  cancelled: 'it stopped its work',
};

function failureOf({ stopReason }: Record<string, unknown>): AgentFailure | null {
  if (stopReason === 'end_turn') return null;
  const message = stopMessages[String(stopReason)] ?? `it stopped for the reason "${stopReason}"`;
  return { cause: 'other', message };
}
