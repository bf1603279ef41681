/** An agent with the tools of MCP servers of the user: they run as long as one task, and their calls are judged and recorded. */
import { resolve } from 'node:path';
import { commandHint } from '../../model/command-hint.ts';
import { mergeEnvironment } from '../../model/environment.ts';
import { TroupeError } from '../../model/errors.ts';
import type { McpServer, McpServers } from '../../model/mcp-server.ts';
import { missingVariables } from '../../model/mcp-variables.ts';
import { nameKey } from '../../model/name-key.ts';
import { isReadOnlyRole } from '../../model/read-only-role.ts';
import { isReadingTool } from '../../model/tool.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import type { Tool } from '../../ports/tool.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import { type ConnectedServer, connectServer } from './connect-server.ts';
import { hasTaskTools } from './task-tools.ts';

export interface ServersOptions {
  servers: McpServers;
  /** Relative programs begin here. */
  actionDir: string;
  /** The part of the host's environment that programs get. */
  env: Record<string, string>;
  /** The values of `${NAME}`. */
  variables: Readonly<Record<string, string>>;
}

/** Returns the agent itself if it has no servers. */
export function withServers(agent: Agent, options: ServersOptions): Agent {
  const servers = Object.entries(options.servers);
  if (servers.length === 0) return agent;
  const isProgram = servers.some(([, { command }]) => command !== undefined);
  return {
    ...agent,
    ...(isProgram && { usesDirectory: true }),
    async check() {
      await agent.check();
      for (const [name, server] of servers) await checkServer(name, server, options);
    },
    async run(task) {
      if (!hasTaskTools(task.role)) return agent.run(task);
      await using opened = await openServers(task, servers, options);
      return await agent.run(withTools(task, opened.tools));
    },
  };
}

/** @throws {TroupeError} AGENT_UNAVAILABLE naming the server, and what it lacks */
async function checkServer(name: string, server: McpServer, options: ServersOptions): Promise<void> {
  const { actionDir, env, variables } = options;
  const unavailable = (message: string) =>
    new TroupeError('AGENT_UNAVAILABLE', `The MCP server ${name} cannot be started: ${message}`, {
      where: `mcpServers.${name}`,
      hints: [commandHint('doctor')],
    });
  const [missing] = missingVariables(server, variables);
  if (missing !== undefined) throw unavailable(`${missing} is not set for it; --env ${missing} passes a variable on`);
  const { command } = server;
  if (command !== undefined && (await locateProgram(command, actionDir, buildEnvironment(env))) === null)
    throw unavailable(`the program ${command} was not found`);
}

async function openServers(
  task: AgentTask,
  servers: readonly (readonly [string, McpServer])[],
  { actionDir, env, variables }: ServersOptions,
): Promise<AsyncDisposable & { tools: Tool[] }> {
  const place = {
    directory: task.directory,
    env: buildEnvironment(mergeEnvironment(task.plan, env), task.variables),
    variables,
    processTag: task.key,
    signal: task.signal,
  };
  const started = await Promise.allSettled(
    servers.map(([name, server]) => connectServer(name, withPath(server, actionDir), place)),
  );
  const connected = started.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = started.find(each => each.status === 'rejected');
  if (failed !== undefined) {
    await closeAll(connected);
    throw failed.reason;
  }
  return { tools: connected.flatMap(({ tools }) => tools), [Symbol.asyncDispose]: () => closeAll(connected) };
}

async function closeAll(servers: readonly ConnectedServer[]): Promise<void> {
  await Promise.all(servers.map(server => server[Symbol.asyncDispose]()));
}

function withPath(server: McpServer, actionDir: string): McpServer {
  const { command } = server;
  return command?.includes('/') ? { ...server, command: resolve(actionDir, command) } : server;
}

/** The task with tools of its own. An agent that only looks is offered those that only read. */
function withTools(task: AgentTask, all: readonly Tool[]): AgentTask {
  const byKey = new Map(all.map(tool => [nameKey(tool.name), tool]));
  return {
    ...task,
    tools: isReadOnlyRole(task.role) ? all.filter(isReadingTool) : all,
    call: (name, input, options) => {
      const tool = byKey.get(nameKey(name));
      return task.call(name, input, tool === undefined ? options : { ...options, tool });
    },
  };
}
