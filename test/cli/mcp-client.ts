import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { troupeProgram } from './own-process.ts';
import type { TestRepository } from './test-repository.ts';

/** What a tool of `troupe mcp` returns, as far as tests read it. */
export interface ToolData {
  plan: string;
  phase: string;
  state: string;
  waits: boolean;
  reason: string;
  result: string | null;
  next: ({ tool: string; arguments: Record<string, unknown> } | { command: string })[];
  error: { code: string; message: string } | null;
  [key: string]: unknown;
}

export interface McpClient extends AsyncDisposable {
  client: Client;
  pid: number;
  /** Calls a tool that must succeed. */
  call(tool: string, input?: Record<string, unknown>): Promise<ToolData>;
  /** Calls a tool that must fail. */
  fail(tool: string, input?: Record<string, unknown>): Promise<ToolData>;
}

/** Starts `troupe mcp` in a process of its own, as an agent does. */
export async function startMcp(project: TestRepository, ...flags: string[]): Promise<McpClient> {
  const client = new Client({ name: 'a test', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...troupeProgram(), 'mcp', ...flags],
    cwd: project.folder,
    env: project.env,
    stderr: 'pipe',
  });
  let errors = '';
  transport.stderr?.on('data', chunk => {
    errors += String(chunk);
  });
  await client.connect(transport);
  const call = async (failed: boolean, name: string, input: Record<string, unknown>) => {
    const { isError = false, structuredContent, content } = await client.callTool({ name, arguments: input });
    if (isError !== failed) throw new Error(`${name}: ${JSON.stringify(content)}\n${errors}`);
    return structuredContent as ToolData;
  };
  return {
    client,
    pid: transport.pid ?? 0,
    call: (tool, input = {}) => call(false, tool, input),
    fail: (tool, input = {}) => call(true, tool, input),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
