import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';

/** The JSON schema of what a tool takes, for models and documents. Keys are in order: the same bytes every time. */
export function toolJsonSchema(tool: Pick<Tool, 'input'>): Record<string, unknown> {
  return inOrder(z.toJSONSchema(tool.input, { io: 'input' })) as Record<string, unknown>;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
