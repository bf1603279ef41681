/**
 * The part of the Model Context Protocol that tools need: initialize, ping, tools/list and tools/call, without a session.
 * Written by hand: a library for it takes longer to load than most tools take to run.
 */
import * as z from 'zod';
import { TroupeError } from '../../model/errors.ts';
import { toolJsonSchema } from '../tools/schema.ts';
import type { TaskTool, TaskToolRequest } from './task-tools.ts';

/** The versions whose messages these are, newest first. */
const protocolVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

const Message = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});

const RequestWithProgress = z.object({
  params: z.object({ _meta: z.object({ progressToken: z.union([z.string(), z.number()]) }) }),
});

/** Returns the tool that a request calls; undefined for another message. */
export function calledTool(tools: readonly TaskTool[], message: unknown): TaskTool | undefined {
  const { data } = Message.safeParse(message);
  return data?.method === 'tools/call' ? tools.find(({ name }) => name === data.params.name) : undefined;
}

/** Returns the notification that a request is being worked on; null if its sender did not ask for any. */
export function progressNotification(message: unknown, progress: number): Record<string, unknown> | null {
  const { data } = RequestWithProgress.safeParse(message);
  if (data === undefined) return null;
  const { progressToken } = data.params._meta;
  return { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress } };
}

export const rpcErrors = { parse: -32_700, request: -32_600, method: -32_601, params: -32_602 } as const;

/** Returns the response to a message; null for a notification, which has none. */
export async function respond(
  tools: readonly TaskTool[],
  message: unknown,
  request: TaskToolRequest,
): Promise<Record<string, unknown> | null> {
  const parsed = Message.safeParse(message);
  if (!parsed.success) return failure(null, rpcErrors.request, 'This is not a request');
  const { id, method, params } = parsed.data;
  if (id === undefined) return null;
  const success = (result: Record<string, unknown>) => ({ jsonrpc: '2.0', id, result });
  switch (method) {
    case 'initialize':
      return success({
        protocolVersion: protocolVersions.find(each => each === params.protocolVersion) ?? protocolVersions[0],
        capabilities: { tools: {} },
        serverInfo: { name: 'troupe', version: '1' },
      });
    case 'ping':
      return success({});
    case 'tools/list':
      return success({ tools: tools.map(describe) });
    case 'tools/call': {
      const tool = tools.find(({ name }) => name === params.name);
      if (tool === undefined) return failure(id, rpcErrors.params, `There is no tool ${String(params.name)}`);
      return success(await callTool(tool, params.arguments ?? {}, request));
    }
    default:
      return failure(id, rpcErrors.method, `There is no method ${method}`);
  }
}

export function failure(id: string | number | null, code: number, message: string): Record<string, unknown> {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/** A tool that changes no files is annotated as reading: agents that plan hide or refuse every other one. */
function describe({ name, description, input, isChanging = false }: TaskTool): Record<string, unknown> {
  const { $schema: _, ...inputSchema } = toolJsonSchema({ input });
  return { name, description, inputSchema, annotations: { readOnlyHint: !isChanging } };
}

/** What the agent can correct is a result, so that its model reads it. */
async function callTool(tool: TaskTool, input: unknown, request: TaskToolRequest): Promise<Record<string, unknown>> {
  try {
    const data = await tool.call(input, request);
    if (typeof data === 'string') return { content: [{ type: 'text', text: data }] };
    return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
  } catch (thrown) {
    const { code, message } = TroupeError.serialize(thrown);
    return { content: [{ type: 'text', text: `${code}: ${message}` }], isError: true };
  }
}
