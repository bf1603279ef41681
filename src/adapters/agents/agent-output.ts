/** Collects the output of one run of an agent in any format: decisions, usage, and how the run ended. */
import type { AgentEvent, AgentFailure } from '../../model/agent-event.ts';
import type { AgentFormat } from '../../model/agent-format.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { readers } from './formats/index.ts';
import { type AgentMessage, parseAgentLine } from './parse-agent-line.ts';
import { createAgentTextReader } from './parse-agent-text.ts';

export interface AgentOutput {
  /** Reads one line; returns 'done' when the agent reports that its work is done. @throws {TroupeError} INVALID_DECISION */
  read(line: string, stream: 'stdout' | 'stderr'): 'done' | undefined;
  /** Reads the end of the output. @throws {TroupeError} INVALID_DECISION */
  close(): void;
  /** Decisions, subplans and findings, in order. */
  readonly messages: readonly AgentMessage[];
  /** The reason if the agent itself reports a failure. */
  readonly failure: AgentFailure | null;
  /** Permissions that were refused. */
  readonly refused: readonly string[];
  /** The agent's summary of its work. */
  readonly summary: string | null;
  /** Whether it printed anything in its format; with plain lines always true. */
  readonly isRecognized: boolean;
  /** The last output that is not in its format. */
  readonly rest: string;
}

export type AgentOutputTask = Pick<AgentTask, 'log' | 'logOutput' | 'reportUsage' | 'directory'>;

/** Maximum length that is kept of output in no known format. */
const restCharactersMax = 4_000;
const refusedMax = 20;

/** @param onRetry called for each retry that the agent makes itself; throws to end the run */
export function createAgentOutput(
  format: AgentFormat,
  task: AgentOutputTask,
  onRetry: (retry: Extract<AgentEvent, { kind: 'retry' }>) => void,
): AgentOutput {
  return format === 'lines' ? linesOutput(task) : eventsOutput(format, task, onRetry);
}

/** Reads Troupe's own lines; everything else is log output. */
function linesOutput(task: AgentOutputTask): AgentOutput {
  const messages: AgentMessage[] = [];
  return {
    read(line, stream) {
      task.log(line);
      const said = stream === 'stdout' ? parseAgentLine(line) : null;
      if (said?.kind === 'usage' || said?.kind === 'done') task.reportUsage(said.usage);
      if (said !== null) messages.push(said);
      return said?.kind === 'done' ? 'done' : undefined;
    },
    close: () => {},
    messages,
    failure: null,
    refused: [],
    get summary() {
      return messages.findLast(said => said.kind === 'done')?.summary ?? null;
    },
    isRecognized: true,
    rest: '',
  };
}

function eventsOutput(
  format: Exclude<AgentFormat, 'lines'>,
  task: AgentOutputTask,
  onRetry: (retry: Extract<AgentEvent, { kind: 'retry' }>) => void,
): AgentOutput {
  const reader = readers[format]({ directory: task.directory });
  const text = createAgentTextReader();
  const messages: AgentMessage[] = [];
  const refused: string[] = [];
  let session = '';
  let failure: AgentFailure | null = null;
  let summary: string | null = null;
  let isRecognized = false;
  let isDone = false;
  let rest = '';

  const take = (event: AgentEvent): void => {
    switch (event.kind) {
      case 'text':
        for (const line of event.text.split('\n')) {
          task.log(line);
          messages.push(...text.read(line));
        }
        return;
      case 'tool':
        task.log(event.line);
        return;
      case 'usage':
        task.reportUsage(event.usage);
        return;
      case 'session':
        if (event.id !== session) task.log(`session ${event.id}`);
        session = event.id;
        return;
      case 'warning':
        task.log(event.text);
        return;
      case 'refused':
        task.log(`was refused: ${event.what}`);
        if (refused.length < refusedMax && !refused.includes(event.what)) refused.push(event.what);
        return;
      case 'retry': {
        const wait = event.afterSeconds === null ? '' : ` in ${event.afterSeconds} s`;
        task.log(`${event.cause === 'rate_limit' ? 'rate limited' : event.message}, tries again${wait}`);
        onRetry(event);
        return;
      }
      case 'end':
        isDone = true;
        ({ failure, summary } = event);
        if (failure !== null) task.log(failure.message);
        return;
    }
  };
  const readLine = (line: string, stream: 'stdout' | 'stderr') =>
    stream === 'stdout' ? reader.read(line) : (reader.readError?.(line) ?? null);

  return {
    read(line, stream) {
      const events = readLine(line, stream);
      if (events === null) {
        task.log(line);
        rest = `${rest}${line}\n`.slice(-restCharactersMax);
        return undefined;
      }
      task.logOutput(line);
      isRecognized = true;
      const before = isDone;
      for (const event of events) take(event);
      return isDone && !before ? 'done' : undefined;
    },
    close() {
      for (const event of reader.close()) take(event);
      messages.push(...text.close());
    },
    messages,
    get failure() {
      return failure;
    },
    refused,
    get summary() {
      return messages.findLast(said => said.kind === 'done')?.summary ?? summary;
    },
    get isRecognized() {
      return isRecognized;
    },
    get rest() {
      return rest;
    },
  };
}
