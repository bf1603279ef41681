import { PassThrough } from 'node:stream';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { main } from '../../src/cli/main.ts';
import { troupeProgram } from './own-process.ts';
import type { TestRepository } from './test-repository.ts';
import { createTerminal } from './test-terminal.ts';

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
  /** Calls a tool that must succeed. */
  call(tool: string, input?: Record<string, unknown>): Promise<ToolData>;
  /** Calls a tool that must fail. */
  fail(tool: string, input?: Record<string, unknown>): Promise<ToolData>;
}

/** Runs `troupe mcp` in this process. Disposing ends its input and waits for its end. */
export async function startMcp(project: TestRepository, ...flags: string[]): Promise<McpClient> {
  const io = createTerminal({ cwd: project.folder, env: project.env });
  const printed = new PassThrough();
  const stdout = { ...io.stdout, write: (text: string) => printed.write(text) };
  const done = main(['mcp', ...flags], { ...io, stdout });
  // Messages are lines in both directions, so the server's transport serves the client, too.
  const mcp = await connect(new StdioServerTransport(printed, io.stdin), io.err);
  return {
    ...mcp,
    async [Symbol.asyncDispose]() {
      io.endInput();
      await done;
      await mcp.client.close();
    },
  };
}

/** Starts `troupe mcp` in a process of its own, as an agent does. */
export async function startMcpProcess(
  project: TestRepository,
  ...flags: string[]
): Promise<McpClient & { pid: number }> {
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
  const mcp = await connect(transport, () => errors);
  return { ...mcp, pid: transport.pid ?? 0, [Symbol.asyncDispose]: () => mcp.client.close() };
}

async function connect(transport: Transport, errors: () => string): Promise<Omit<McpClient, keyof AsyncDisposable>> {
  const client = new Client({ name: 'a test', version: '1.0.0' });
  await client.connect(transport);
  const call = async (failed: boolean, name: string, input: Record<string, unknown>) => {
    const { isError = false, structuredContent, content } = await client.callTool({ name, arguments: input });
    if (isError !== failed) throw new Error(`${name}: ${JSON.stringify(content)}\n${errors()}`);
    return structuredContent as ToolData;
  };
  return {
    client,
    call: (tool, input = {}) => call(false, tool, input),
    fail: (tool, input = {}) => call(true, tool, input),
  };
}
