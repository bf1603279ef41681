import * as z from 'zod';
import { ascending } from '../../model/text-order.ts';
import type { Tool } from '../../ports/tool.ts';

/** Returns the JSON schema of a tool's input, for models and documents. Keys are sorted, so the output is always the same. */
export function toolJsonSchema(tool: Pick<Tool, 'input'>): Record<string, unknown> {
  return inOrder(z.toJSONSchema(tool.input, { io: 'input' })) as Record<string, unknown>;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(ascending(([key]) => key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
