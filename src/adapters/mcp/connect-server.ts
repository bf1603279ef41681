/** Connects to one server of the Model Context Protocol for one task. */

import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Client, Transport } from '../../libraries/mcp.ts';
import { messageOf } from '../../model/caught-error.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { McpServer } from '../../model/mcp-server.ts';
import { expandVariables } from '../../model/mcp-variables.ts';
import type { Tool } from '../../ports/tool.ts';
import { killMatching, processTagVariable, runIdVariable } from '../process/tagged-processes.ts';
import { createServerTool, type ServerTool, toolFailedError } from './server-tool.ts';

export interface ServerPlace {
  /** The folder in which a program runs. */
  directory: string;
  /** The environment of a program. */
  env: Record<string, string>;
  /** The values of `${NAME}`. */
  variables: Readonly<Record<string, string>>;
  /** Tags its processes. */
  processTag: string;
  signal: AbortSignal;
}

export interface ConnectedServer extends AsyncDisposable {
  tools: Tool[];
}

const startMs = 60_000;
/** Without progress of a call. */
const callMs = 600_000;
const toolsMax = 100;
const lastCharacters = 1_000;

/** @throws {TroupeError} AGENT_UNAVAILABLE when it does not start or does not speak the protocol, with its last words */
export async function connectServer(name: string, server: McpServer, place: ServerPlace): Promise<ConnectedServer> {
  const { signal } = place;
  const library = await import('../../libraries/mcp.ts');
  const client = new library.Client({ name: 'troupe', version: '1' });
  const { transport, lastWords, endRest } = openTransport(library, server, place);
  const close = async () => {
    await client.close().catch(() => undefined);
    await endRest();
  };
  const withWords = (message: string) => [message, lastWords()].filter(text => text !== '').join(': ');
  const call = async (tool: string, input: Record<string, unknown>, ends: AbortSignal) => {
    try {
      const limits = { signal: ends, timeout: callMs, resetTimeoutOnProgress: true };
      return await client.callTool({ name: tool, arguments: input }, limits);
    } catch (thrown) {
      throw toolFailedError(`mcp/${name}/${tool}`, withWords(messageOf(thrown)), thrown);
    }
  };
  try {
    await client.connect(transport, { signal, timeout: startMs });
    const tools = await listTools(client, signal);
    const options = { server: name, isProgram: server.command !== undefined, call };
    return { tools: tools.map(each => createServerTool(each, options)), [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    if (signal.aborted) throw new TroupeError('CANCELLED', 'The work was stopped', { cause: thrown });
    throw new TroupeError(
      'AGENT_UNAVAILABLE',
      `The MCP server ${name} did not start: ${withWords(messageOf(thrown))}`,
      {
        where: `mcpServers.${name}`,
        hints: [commandHint('plan logs'), commandHint('plan execute')],
        cause: thrown,
      },
    );
  }
}

async function listTools(client: Client, signal: AbortSignal): Promise<ServerTool[]> {
  const found: ServerTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools({ ...(cursor !== undefined && { cursor }) }, { signal, timeout: startMs });
    found.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < toolsMax);
  return found.slice(0, toolsMax);
}

interface OpenedTransport {
  transport: Transport;
  /** The end of what a program printed on its standard error. */
  lastWords(): string;
  /** Ends what a program left behind. */
  endRest(): Promise<unknown>;
}

function openTransport(
  { StdioClientTransport, StreamableHTTPClientTransport }: typeof import('../../libraries/mcp.ts'),
  { command, args = [], env = {}, url = '', headers = {} }: McpServer,
  { directory, env: inherited, variables, processTag }: ServerPlace,
): OpenedTransport {
  const expand = (text: string) => expandVariables(text, variables);
  const expandAll = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, expand(text)]));
  if (command === undefined) {
    const requestInit = { headers: expandAll(headers) };
    const transport = new StreamableHTTPClientTransport(new URL(expand(url)), { requestInit });
    return { transport, lastWords: () => '', endRest: async () => undefined };
  }
  const run = randomUUID();
  const tags = { [processTagVariable]: processTag, [runIdVariable]: run };
  const transport = new StdioClientTransport({
    command,
    args: args.map(expand),
    env: { ...inherited, ...expandAll(env), ...tags },
    cwd: directory,
    stderr: 'pipe',
  });
  let printed = '';
  (transport.stderr as Readable | null)?.on('data', chunk => {
    printed = `${printed}${String(chunk)}`.slice(-lastCharacters);
  });
  return {
    transport,
    lastWords: () => printed.trim(),
    endRest: () => killMatching(found => found.run === run),
  };
}
