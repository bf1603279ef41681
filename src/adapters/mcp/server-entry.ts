/** The tools of a task as one of the servers that an agent gets: by HTTP, or as the program that forwards to it. */
import { processTagVariable } from '../process/tagged-processes.ts';
import { bridgeSource } from './bridge-source.ts';
import type { TaskServer } from './task-server.ts';

/** The name under which agents know the tools. */
export const taskServerName = 'troupe';

/** The variables that name the tools of a task. */
export function toolVariables({ url, token }: TaskServer): Record<string, string> {
  return { TROUPE_MCP_URL: url, TROUPE_MCP_TOKEN: token };
}

/** The command that forwards standard streams to the tools that {@link toolVariables} name. */
export function bridgeCommand(): { command: string; args: string[] } {
  return { command: process.execPath, args: ['--input-type=commonjs', '-e', bridgeSource] };
}

interface NameAndValue {
  name: string;
  value: string;
}

/** A server as the Agent Client Protocol describes it. */
export type AcpServerEntry =
  | { type: 'http'; name: string; url: string; headers: NameAndValue[] }
  | { name: string; command: string; args: string[]; env: NameAndValue[] };

export interface AcpServerOptions {
  server: TaskServer;
  /** Whether the agent says that it connects to servers by HTTP. */
  hasHttp: boolean;
  /** Marks the program that forwards, which the agent starts with an environment of its own. */
  processTag: string;
}

/** Returns the entry of the tools of a task for `mcpServers` of a session. */
export function acpServerEntry({ server, hasHttp, processTag }: AcpServerOptions): AcpServerEntry {
  const name = taskServerName;
  if (hasHttp) {
    const headers = [{ name: 'Authorization', value: `Bearer ${server.token}` }];
    return { type: 'http', name, url: server.url, headers };
  }
  const variables = { ...toolVariables(server), [processTagVariable]: processTag };
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return { name, ...bridgeCommand(), env };
}
