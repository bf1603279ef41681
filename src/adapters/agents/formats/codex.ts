/**
 * `codex exec --json`. Input tokens include cached ones. The end of a turn reports the usage of the whole thread, including
 * earlier runs when the thread was resumed.
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentReader, AgentReaderOptions } from './agent-reader.ts';
import { describeTool } from './describe-tool.ts';
import { failureCause } from './failure-cause.ts';
import { amountAt, isObject, objectsAt, parseTypedLine, stringAt, sumOf } from './json-line.ts';
import { createTextEvents } from './text-events.ts';
import { createUsageMeter } from './usage-meter.ts';

export function codexReader({ directory, usageBefore, price }: AgentReaderOptions): AgentReader {
  const meter = createUsageMeter({ usageBefore });
  const texts = createTextEvents();

  const itemIn = (type: string, item: Record<string, unknown>): AgentEvent[] => {
    const text = stringAt(item, 'text') ?? stringAt(item, 'message') ?? '';
    const tool = (name: string, input: unknown): AgentEvent[] => [
      { kind: 'tool', line: describeTool(name, input, directory) },
    ];
    // A command is reported when it begins and again when it ends.
    if (item.type === 'command_execution') return type === 'item.started' ? tool('shell', item) : [];
    if (type !== 'item.completed') return [];
    switch (item.type) {
      case 'agent_message':
        return texts.of(text);
      case 'error':
        return [{ kind: 'warning', text }];
      case 'file_change':
        return objectsAt(item, 'changes').flatMap(change => tool(change.kind === 'add' ? 'write' : 'edit', change));
      case 'mcp_tool_call':
        return tool(`mcp__${item.server}__${item.tool}`, item.arguments);
      case 'web_search':
        return tool('web_search', item);
      case 'todo_list':
        return tool('update_plan', item);
      default:
        return [];
    }
  };

  return {
    read(line) {
      const parsed = parseTypedLine(line);
      if (parsed === null) return null;
      const { type } = parsed;
      const message = stringAt(parsed, 'message') ?? stringAt(parsed, 'error', 'message') ?? '';
      switch (type) {
        case 'thread.started':
          return typeof parsed.thread_id === 'string' ? [{ kind: 'session', id: parsed.thread_id }] : [];
        case 'item.started':
        case 'item.completed':
          return isObject(parsed.item) ? itemIn(type, parsed.item) : [];
        case 'error':
          return errorIn(message);
        case 'turn.completed': {
          const counted = amountsOf(parsed.usage, price);
          return [...meter.setTotal(counted), { kind: 'end', summary: texts.last, failure: null }];
        }
        case 'turn.failed':
          return [{ kind: 'end', summary: null, failure: { cause: failureCause(message), message } }];
        default:
          return [];
      }
    },
    close: () => [],
  };
}

function amountsOf(usage: unknown, price: AgentReaderOptions['price']): { tokens: number | null; usd: number | null } {
  const [read, output] = [amountAt(usage, 'input_tokens'), amountAt(usage, 'output_tokens')];
  const cacheRead = amountAt(usage, 'cached_input_tokens') ?? 0;
  const input = Math.max(0, (read ?? 0) - cacheRead);
  const tokens = sumOf(read, output);
  if (tokens === null) return { tokens, usd: null };
  return { tokens, usd: price?.({ input, cacheRead, cacheWrite: 0, output: output ?? 0 }, null) ?? null };
}

/** It reconnects by itself and reports it, with the reason in brackets. */
function errorIn(message: string): AgentEvent[] {
  const again = /^Reconnecting\.\.\. (\d+)\/\d+(?: \((.*)\))?/s.exec(message);
  if (again === null) return [{ kind: 'warning', text: message }];
  const why = again[2] ?? message;
  const wait = /try again in (\d+)/i.exec(why)?.[1];
  const afterSeconds = wait === undefined ? null : Number(wait);
  return [{ kind: 'retry', cause: failureCause(why), attempt: Number(again[1]), afterSeconds, message: why }];
}
