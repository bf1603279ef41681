/** One session and one prompt with a running ACP agent, over the lines that it reads and prints. */
import type { ClientApp } from '../../../libraries/acp.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { ServedTools } from '../../mcp/serve-tools.ts';
import type { RunningProgram } from '../../process/run.ts';
import type { EventCollector } from '../event-collector.ts';
import type { Prompt } from '../prompt.ts';
import { type ClientRequests, createClientRequests } from './client-requests.ts';
import { createLineConnection } from './line-connection.ts';
import { type AcpSession, openAcpSession } from './session.ts';
import type { UpdateReader } from './update-reader.ts';

/** How a process begins: with a session to continue, and a prompt for it or for a new one. */
export interface AcpStart {
  load: string | null;
  promptFor(isLoaded: boolean): Prompt;
}

export interface AcpConversationOptions {
  /** The agent's name, the model it works with, and whether it may ask for files. */
  program: { name: string; model?: string | undefined; offersFiles: boolean };
  task: AgentTask;
  events: EventCollector;
  reader: UpdateReader;
  /** The tools of the task. */
  served: Pick<ServedTools, 'server' | 'names'>;
  start: AcpStart;
  /** Called with the prompt before the session is recorded. */
  onPrompt(prompt: Prompt): void;
}

export interface AcpConversation {
  /** null until it has one. */
  readonly session: AcpSession | null;
  /** Whether the agent answered the prompt. */
  readonly isAnswered: boolean;
  /** Whether messages can no longer reach the agent. */
  readonly isLost: boolean;
  /** Reads a line of the program. Returns false for a line that is not of the protocol. */
  read(line: string): boolean;
  /** Opens the session and sends the prompt. Resolves when it is answered. @throws what the agent answers instead */
  hold(running: RunningProgram): Promise<void>;
  /** After the task's signal aborted: asks the agent to stop, and resolves when it has answered the prompt. */
  cancel(): Promise<void>;
  /** The program has ended. */
  close(): void;
}

export async function openAcpConversation(options: AcpConversationOptions): Promise<AcpConversation> {
  const { program, task, events, reader, served, start, onPrompt } = options;
  const { client, RequestError } = await import('../../../libraries/acp.ts');
  const take: EventCollector['take'] = event => events.take(event);
  let running: RunningProgram | null = null;
  let session: AcpSession | null = null;
  let isReplayed = start.load !== null;
  let isAnswered = false;
  let answered: Promise<unknown> | null = null;

  const line = createLineConnection({
    write: text => running?.stdin.write(text),
    onUpdate(params) {
      // The agent repeats a loaded session first.
      if (!isReplayed) for (const event of reader.read(params)) take(event);
    },
  });
  const requests = createClientRequests({ task, reader, toolNames: served.names, take, errors: RequestError });
  const connection = answerRequests(client({ name: 'troupe' }), requests, () => running).connect(line.stream);
  const onLost = async (reason: string): Promise<void> => {
    task.log(`${program.name} did not continue session ${start.load}, and begins a new one: ${reason}`);
    await task.session?.restart();
  };

  return {
    get session() {
      return session;
    },
    get isAnswered() {
      return isAnswered;
    },
    get isLost() {
      return connection.signal.aborted;
    },
    read: line.read,
    close: line.close,
    async hold(started) {
      running = started;
      session = await openAcpSession(connection.agent, {
        ...program,
        task,
        server: served.server,
        load: start.load,
        onLost,
      });
      isReplayed = false;
      if (session.isLoaded) task.log(`continues session ${session.id}`);
      const prompt = start.promptFor(session.isLoaded);
      onPrompt(prompt);
      take({ kind: 'session', id: session.id });
      answered = connection.agent.request('session/prompt', {
        sessionId: session.id,
        prompt: [{ type: 'text', text: prompt.text }],
      });
      const answer = await answered;
      isAnswered = true;
      for (const event of reader.readAnswer(answer)) take(event);
    },
    async cancel() {
      if (session === null || answered === null) return;
      // First: an agent that was asked to cancel may end before it reads the answers that the protocol promises.
      await requests.permissionsCancelled();
      await connection.agent.notify('session/cancel', { sessionId: session.id });
      await answered.catch(() => undefined);
    },
  };
}

/** Adds the client's side of the protocol. While it answers, the time of the agent does not run. */
function answerRequests(app: ClientApp, requests: ClientRequests, running: () => RunningProgram | null): ClientApp {
  const untimed = async <Answer>(answer: () => Promise<Answer>): Promise<Answer> => {
    const resume = running()?.pauseWatchdogs();
    return answer().finally(resume);
  };
  return app
    .onRequest('session/request_permission', async ({ params }) => ({
      outcome: await untimed(() => requests.permission(params)),
    }))
    .onRequest('fs/read_text_file', ({ params }) => requests.readFile(params))
    .onRequest('fs/write_text_file', async ({ params }) => {
      await untimed(() => requests.writeFile(params));
      return {};
    });
}
