import { taskServerName } from '../../mcp/server-entry.ts';
import type { AcpToolCall } from './tool-call.ts';

/** Kinds of calls that change files or run programs, whatever their title. */
const changing = new Set(['edit', 'delete', 'move', 'execute', 'switch_mode']);
/** Words with which agents surround the names of the server and of the tool. */
const surrounding = new Set(['mcp', 'tool', 'server', 'call']);
/**
 * Whether a call is one of a tool of the task, which is judged where it is served. Agents write the names of the server and of the
 * tool into the title, each in its own way: `mcp__troupe__decide`, `decide (troupe MCP Server)`.
 */
export function isTaskToolCall(
  { kind, title }: Pick<AcpToolCall, 'kind' | 'title'>,
  names: readonly string[],
): boolean {
  if (changing.has(kind)) return false;
  const words = wordsOf(title);
  return names.some(name =>
    [`${taskServerName} ${name}`, `${name} ${taskServerName}`].some(at => wordsOf(at) === words),
  );
}

function wordsOf(title: string): string {
  const words = title.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.filter(word => !surrounding.has(word)).join(' ');
}
