/**
 * `copilot --output-format json`. Text comes in pieces and then as a whole message, so only whole messages are read. The lines have no
 * tokens: these are in the file of its usage, which it writes at the end, with the totals of its session and cached tokens in the input.
 */
import type { AgentEvent, AgentFailure } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, retryEvent, unexplainedFailure } from './failure-cause.ts';
import { amountAt, isObject, parseJsonObject, parseTypedLine, stringAt, sumOf, valueAt } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function copilotReader({ directory, newSession, usageBefore, price }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter({ usageBefore });
  const texts = createTextEvents();
  const toolLines = new Map<string, string>();
  let failure: AgentFailure | null = null;

  const sessionOf = (id: string | null | undefined): AgentEvent[] => (id ? [{ kind: 'session', id }] : []);
  const toolIn = (data: unknown): AgentEvent[] => {
    const line = describeTool(toolName(data), valueAt(data, 'arguments'), directory);
    toolLines.set(stringAt(data, 'toolCallId') ?? '', line);
    return [{ kind: 'tool', line }];
  };
  const dataIn = (type: unknown, data: unknown): AgentEvent[] => {
    switch (type) {
      case 'user.message':
        // From here on the session exists; the result, which names it, may never come.
        return sessionOf(newSession);
      case 'assistant.message':
        return texts.of(stringAt(data, 'content') || null);
      case 'tool.execution_start':
        return toolIn(data);
      case 'tool.execution_complete': {
        const what = toolLines.get(stringAt(data, 'toolCallId') ?? '');
        return what !== undefined && stringAt(data, 'error', 'code') === 'denied' ? [{ kind: 'refused', what }] : [];
      }
      case 'model.call_failure':
        return [failedCall(data)];
      case 'session.error':
        failure = failureIn(data);
        return [];
      default:
        return [];
    }
  };

  return {
    read(line) {
      if (line.startsWith('{"type":"assistant.message_delta"')) return [];
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      if (parsed.type !== 'result') return dataIn(parsed.type, parsed.data);
      const ended = parsed.exitCode === 0 ? null : (failure ?? { cause: 'other', message: unexplainedFailure });
      return [
        ...sessionOf(stringAt(parsed, 'sessionId')),
        { kind: 'end', summary: ended === null ? texts.last : null, failure: ended },
      ];
    },
    readUsage(text) {
      return meter.setTotal(amountsIn(valueAt(parseJsonObject(text), 'modelMetrics'), price));
    },
    close: () => [],
  };
}

/** Tools of servers have the name of their server beside their own. */
function toolName(data: unknown): string {
  const [server, tool] = [stringAt(data, 'mcpServerName'), stringAt(data, 'mcpToolName')];
  return server !== null && tool !== null ? `mcp__${server}__${tool}` : (stringAt(data, 'toolName') ?? 'a tool');
}

/** It tries again after each, also after the first refusal of a key, in case it was none. */
function failedCall(data: unknown): AgentEvent {
  const given = stringAt(data, 'errorMessage') ?? unexplainedFailure;
  const message = stringAt(parseJsonObject(given), 'message') ?? given;
  const attempt = (amountAt(data, 'retryAttempt') ?? 0) + 1;
  const retry = retryEvent({ message, status: amountAt(data, 'statusCode'), attempt, delayMs: null });
  const isRetried = retry.kind === 'retry' && (retry.cause === 'rate_limit' || attempt > 1);
  return isRetried ? retry : { kind: 'warning', text: message };
}

function failureIn(data: unknown): AgentFailure {
  const message = stringAt(data, 'message') ?? unexplainedFailure;
  return { cause: failureCause(message, amountAt(data, 'statusCode')), message };
}

/** Returns the tokens of all models, and their cost: null if the price of one is not known. */
function amountsIn(models: unknown, price: AgentReaderOptions['price']): { tokens: number | null; usd: number | null } {
  let [tokens, usd]: [number | null, number | null] = [null, price === undefined ? null : 0];
  for (const [model, metrics] of Object.entries(isObject(models) ? models : {})) {
    const usage = valueAt(metrics, 'usage');
    const [read, output] = [amountAt(usage, 'inputTokens'), amountAt(usage, 'outputTokens')];
    tokens = sumOf(tokens, read, output);
    const [cacheRead, cacheWrite] = [amountAt(usage, 'cacheReadTokens') ?? 0, amountAt(usage, 'cacheWriteTokens') ?? 0];
    const input = Math.max(0, (read ?? 0) - cacheRead - cacheWrite);
    const cost = price?.({ input, cacheRead, cacheWrite, output: output ?? 0 }, model) ?? null;
    usd = usd === null || cost === null ? null : usd + cost;
  }
  return { tokens, usd: tokens === null ? null : usd };
}
