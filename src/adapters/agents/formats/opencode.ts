/**
 * `opencode run --format json`. Each step of the model reports its tokens, with the cache apart from the input, and
 * its cost. Permissions that need an answer are refused, which it reports on standard error only; a request that failed is in its log
 * there.
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause, retryEvent } from './failure-cause.ts';
import { amountAt, parseTypedLine, stringAt, sumOf, valueAt } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function opencodeReader({ directory }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter();
  const texts = createTextEvents();
  let failures = 0;

  const partIn = (parsed: Record<string, unknown>): AgentEvent[] => {
    const { part } = parsed;
    switch (parsed.type) {
      case 'text':
        return texts.of(stringAt(part, 'text'));
      case 'tool_use': {
        const name = stringAt(part, 'tool') ?? 'a tool';
        return [{ kind: 'tool', line: describeTool(name, valueAt(part, 'state', 'input'), directory) }];
      }
      case 'step_finish': {
        const used = meter.add({ tokens: tokensOf(valueAt(part, 'tokens')), usd: amountAt(part, 'cost') });
        const isLast = stringAt(part, 'reason') === 'stop';
        return isLast ? [...used, { kind: 'end', summary: texts.last, failure: null }] : used;
      }
      case 'error': {
        const { error } = parsed;
        const message =
          stringAt(error, 'data', 'message') ?? stringAt(error, 'message') ?? stringAt(error, 'name') ?? 'it failed';
        const cause = failureCause(message, amountAt(error, 'data', 'statusCode'));
        return [{ kind: 'end', summary: null, failure: { cause, message } }];
      }
      default:
        return [];
    }
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      const id = stringAt(parsed, 'sessionID');
      return [...(id === null ? [] : [{ kind: 'session', id } as const]), ...partIn(parsed)];
    },
    readError(line) {
      const asked = /permission requested: (.+?);? auto-rejecting/.exec(line);
      if (asked?.[1] !== undefined) return [{ kind: 'refused', what: asked[1] }];
      // It names its sessions with a small model; that this fails matters to no one.
      if (!line.includes('message="stream error"') || line.includes('small=true')) return null;
      failures += 1;
      return [failedRequest(line, failures)];
    },
    close: () => [],
  };
}

/**
 * It tries again after a rate limit, and after faults of the service; what else fails ends the run with an error, which takes it long:
 * a refused key counts as refused at once.
 */
function failedRequest(line: string, attempt: number): AgentEvent {
  const message = /error\.error="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replace(/^AI_\w+: /, '') ?? 'a request failed';
  const retry = retryEvent({ message, status: null, attempt, delayMs: null });
  const isRetried = retry.kind === 'retry' && (retry.cause !== 'other' || attempt > 1);
  return isRetried ? retry : { kind: 'warning', text: message };
}

function tokensOf(tokens: unknown): number | null {
  const parts = sumOf(
    amountAt(tokens, 'input'),
    amountAt(tokens, 'output'),
    amountAt(tokens, 'reasoning'),
    amountAt(tokens, 'cache', 'read'),
    amountAt(tokens, 'cache', 'write'),
  );
  return parts ?? amountAt(tokens, 'total');
}
