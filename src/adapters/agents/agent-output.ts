/** Collects the output of one run of an agent in any format: decisions, usage, and how the run ended. */
import type { AgentFailure } from '../../model/agent-event.ts';
import type { AgentFormat } from '../../model/agent-format.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { createEventCollector, type EventTask, type OnRetry } from './event-collector.ts';
import type { AgentReaderOptions } from './formats/agent-reader.ts';
import { readers } from './formats/index.ts';
import { type AgentMessage, parseAgentLine } from './parse-agent-line.ts';
import { createRawOutput } from './raw-output.ts';

export interface AgentOutput {
  /** Reads one line; returns 'done' when the agent reports that its work is done. @throws {TroupeError} INVALID_DECISION */
  read(line: string, stream: 'stdout' | 'stderr'): 'done' | undefined;
  /** Reads the end of the output. @throws {TroupeError} INVALID_DECISION */
  close(): void;
  /** Reads the file in which it wrote its usage; null if there is none. */
  readUsage(text: string | null): void;
  /** Decisions, subplans and findings, in order. */
  readonly messages: readonly AgentMessage[];
  /** The reason if the agent itself reports a failure. */
  readonly failure: AgentFailure | null;
  /** Permissions that were refused. */
  readonly refused: readonly string[];
  /** Whether it wrote something or used a tool; with plain lines whether it printed anything. */
  readonly hasWorked: boolean;
  /** The agent's summary of its work. */
  readonly summary: string | null;
  /** Whether it printed anything in its format; with plain lines always true. */
  readonly isRecognized: boolean;
  /** The last output that is not in its format. */
  readonly rest: string;
}

export type AgentOutputTask = EventTask &
  Pick<AgentTask, 'logOutput' | 'directory'> &
  Pick<AgentReaderOptions, 'newSession' | 'usageBefore' | 'price'>;

/** Maximum length that is kept of output in no known format. */
const restCharactersMax = 4_000;

/** @param onRetry called for each retry that the agent makes itself; throws to end the run */
export function createAgentOutput(format: AgentFormat, task: AgentOutputTask, onRetry: OnRetry): AgentOutput {
  return format === 'lines' ? linesOutput(task) : eventsOutput(format, task, onRetry);
}

/** Reads Troupe's own lines; everything else is log output. */
function linesOutput(task: AgentOutputTask): AgentOutput {
  const messages: AgentMessage[] = [];
  let hasWorked = false;
  return {
    read(line, stream) {
      hasWorked = true;
      task.log(line);
      const message = stream === 'stdout' ? parseAgentLine(line) : null;
      if (message?.kind === 'usage' || message?.kind === 'done') task.reportUsage(message.usage);
      if (message !== null) messages.push(message);
      return message?.kind === 'done' ? 'done' : undefined;
    },
    close: () => {},
    readUsage: () => {},
    messages,
    failure: null,
    refused: [],
    get hasWorked() {
      return hasWorked;
    },
    get summary() {
      return messages.findLast(message => message.kind === 'done')?.summary ?? null;
    },
    isRecognized: true,
    rest: '',
  };
}

function eventsOutput(format: Exclude<AgentFormat, 'lines'>, task: AgentOutputTask, onRetry: OnRetry): AgentOutput {
  const { directory, newSession, usageBefore, price } = task;
  const reader = readers[format]({ directory, newSession, usageBefore, price });
  const events = createEventCollector(task, onRetry);
  const raw = createRawOutput(line => task.logOutput(line));
  let isRecognized = false;
  let rest = '';

  const readLine = (line: string, stream: 'stdout' | 'stderr') =>
    stream === 'stdout' ? reader.read(line) : (reader.readError?.(line) ?? null);

  return {
    read(line, stream) {
      const found = readLine(line, stream);
      if (found === null) {
        task.log(line);
        rest = `${rest}${line}\n`.slice(-restCharactersMax);
        return undefined;
      }
      raw.write(line);
      isRecognized = true;
      const before = events.isDone;
      for (const event of found) events.take(event);
      return events.isDone && !before ? 'done' : undefined;
    },
    close() {
      for (const event of reader.close()) events.take(event);
      raw.close();
      events.close();
    },
    readUsage(text) {
      for (const event of (text === null ? null : reader.readUsage?.(text)) ?? []) events.take(event);
    },
    messages: events.messages,
    get failure() {
      return events.failure;
    },
    refused: events.refused,
    get hasWorked() {
      return events.hasWorked;
    },
    get summary() {
      return events.summary;
    },
    get isRecognized() {
      return isRecognized;
    },
    get rest() {
      return rest;
    },
  };
}
