import type { AgentTask } from '../../ports/agent.ts';
import type { AgentMessage } from '../agents/parse-agent-line.ts';
import { serveTaskTools, type TaskServer } from './task-server.ts';
import { createTaskTools } from './task-tools.ts';

/** The tools of one run of an agent. Disposing closes their server. */
export interface ServedTools extends AsyncDisposable {
  /** null for a role without tools. */
  server: TaskServer | null;
  /** The names of the tools. */
  names: readonly string[];
  /** What the agent gave to the tools, in order. */
  messages: readonly AgentMessage[];
  /** The agent has ended: calls that wait are over. */
  end(): void;
}

/**
 * @param usageInOutput whether the agent reports its usage itself
 * @param pauseTime stops the time of the agent while a person is asked, until the returned function is called
 */
export async function serveTools(
  task: AgentTask,
  usageInOutput: boolean,
  pauseTime: () => () => void,
): Promise<ServedTools> {
  const gone = new AbortController();
  const { tools, messages } = createTaskTools(task, { usageInOutput, signal: gone.signal, pauseTime });
  const server = tools.length === 0 ? null : await serveTaskTools(tools);
  return {
    server,
    names: tools.map(({ name }) => name),
    messages,
    end: () => gone.abort(),
    async [Symbol.asyncDispose]() {
      gone.abort();
      await server?.[Symbol.asyncDispose]();
    },
  };
}
