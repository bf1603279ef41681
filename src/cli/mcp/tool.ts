import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { hintsMax, TroupeError } from '../../index.ts';
import { nextCall } from './next-calls.ts';
import type { Session } from './session.ts';

export interface ToolRequest {
  session: Session;
  /** Aborted when the caller cancels the call or leaves. */
  signal: AbortSignal;
}

/** One tool of `troupe mcp`. */
export interface McpTool<Schema extends z.ZodObject = z.ZodObject> {
  name: string;
  description: string;
  input: Schema;
  annotations: ToolAnnotations;
  /** Whether it continues plans whose process ended. */
  resumes: boolean;
  run(input: z.output<Schema>, request: ToolRequest): Promise<Record<string, unknown>>;
}

/** Checks the types of a tool against its own schema. */
export function defineTool<Schema extends z.ZodObject>(tool: McpTool<Schema>): McpTool {
  return { ...tool, run: (input, request) => tool.run(tool.input.parse(input), request) };
}

/** A tool that only reads. */
export const reading = { annotations: { readOnlyHint: true, openWorldHint: false }, resumes: false } as const;

/** A tool that lets agents work, or changes what they do. */
export const working = {
  annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  resumes: true,
} as const;

/** A tool whose effect cannot be taken back. */
export const final = {
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  resumes: true,
} as const;

/** Runs a tool. What fails is a result, too, so that the caller's model can read it and act on it. */
export async function callTool(tool: McpTool, input: unknown, request: ToolRequest): Promise<CallToolResult> {
  try {
    if (tool.resumes) await request.session.resume();
    return result(await tool.run(tool.input.parse(input), request));
  } catch (thrown) {
    const { code, message, where, retriable, hints, details } = TroupeError.serialize(thrown);
    const error = { code, message, where, retriable, details };
    const next = hints.slice(0, hintsMax).map(hint => nextCall(hint, null));
    return { ...result({ error, next }), isError: true };
  }
}

function result(data: Record<string, unknown>): CallToolResult {
  const text = JSON.stringify(data);
  return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) };
}
