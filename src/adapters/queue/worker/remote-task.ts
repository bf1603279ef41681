import type { PlanSpec } from '../../../model/plan.ts';
import type { Redactor } from '../../../model/redactor.ts';
import type { AgentTask, ContinuedSession, TaskSession } from '../../../ports/agent.ts';
import type { SandboxEnvironment } from '../../../ports/tool.ts';
import type { TaskData } from '../messages.ts';
import type { JobLine } from './job-line.ts';

interface RemoteTaskOptions {
  data: TaskData;
  plan: PlanSpec;
  environment: SandboxEnvironment;
  line: JobLine;
  key: string;
  signal: AbortSignal;
  redactor: Redactor;
}

/** A task whose owner is another process: everything that it records goes over the line. */
export function createRemoteTask(options: RemoteTaskOptions): AgentTask {
  const { data, plan, environment, line, key, signal, redactor } = options;
  const { choices, session, ...rest } = data;
  return {
    ...rest,
    ...environment,
    plan,
    ...(choices !== null && { choices }),
    call: (tool, input, { foundBy = 'position' } = {}) =>
      line.request({ method: 'call', tool, input: input ?? null, foundBy }),
    permit: async (tool, input) => {
      await line.request({ method: 'permit', tool, input: input ?? null });
    },
    once: async <Result>(name: string, act: () => Promise<Result>) =>
      (await line.request({ method: 'once', name }, async () => redactor.knownValues(await act()))) as Result,
    ask: async <Result>(name: string, request: Parameters<AgentTask['ask']>[1]) =>
      (await line.request({ method: 'ask', name }, async () => redactor.knownValues(await request()))) as Result,
    session: session === null ? null : remoteSession(session.last, line),
    reportUsage: usage => line.report({ type: 'usage', usage }),
    log: text => line.report({ type: 'log', line: redactor.knownValues(text) }),
    logOutput: text => line.report({ type: 'output', line: redactor.knownValues(text) }),
    signal,
    key,
  };
}

function remoteSession(first: ContinuedSession | null, line: JobLine): TaskSession {
  let last = first;
  return {
    get last() {
      return last;
    },
    keep: (id, given) => line.report({ type: 'session', id, given }),
    async restart() {
      await line.request({ method: 'restart' });
      last = null;
    },
  };
}
