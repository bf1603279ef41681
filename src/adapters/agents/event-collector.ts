/** Collects the events of one run of an agent: decisions in its text, usage, and how the run ended. */
import type { AgentEvent, AgentFailure } from '../../model/agent-event.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { AgentMessage } from './parse-agent-line.ts';
import { createAgentTextReader } from './parse-agent-text.ts';

export interface EventCollector {
  /** @throws {TroupeError} INVALID_DECISION, and what `onRetry` throws */
  take(event: AgentEvent): void;
  /** Reads the end of the text. @throws {TroupeError} INVALID_DECISION */
  close(): void;
  /** Decisions, subplans and findings, in order. */
  readonly messages: readonly AgentMessage[];
  /** The reason if the agent itself reports a failure. */
  readonly failure: AgentFailure | null;
  /** Permissions that were refused. */
  readonly refused: readonly string[];
  /** The agent's summary of its work. */
  readonly summary: string | null;
  /** Whether the agent reported that its work is done. */
  readonly isDone: boolean;
  /** Whether it wrote something or used a tool. */
  readonly hasWorked: boolean;
}

export type EventTask = Pick<AgentTask, 'log' | 'reportUsage'> & {
  /** Called with the id of the session, each time the agent reports it. */
  onSession(id: string): void;
};
export type OnRetry = (retry: Extract<AgentEvent, { kind: 'retry' }>) => void;

const refusedMax = 20;

/** What an agent has reported of its run until now. */
interface RunReport {
  session: string;
  failure: AgentFailure | null;
  summary: string | null;
  isDone: boolean;
  hasWorked: boolean;
  refused: string[];
}

/** @param onRetry called for each retry that the agent makes itself; throws to end the run */
export function createEventCollector(task: EventTask, onRetry: OnRetry): EventCollector {
  const text = createAgentTextReader();
  const messages: AgentMessage[] = [];
  const report: RunReport = {
    session: '',
    failure: null,
    summary: null,
    isDone: false,
    hasWorked: false,
    refused: [],
  };
  return {
    take(event) {
      recordEvent(report, event, task);
      if (event.kind === 'retry') onRetry(event);
      if (event.kind !== 'text') return;
      for (const line of event.text.split('\n')) {
        task.log(line);
        messages.push(...text.read(line));
      }
    },
    close() {
      messages.push(...text.close());
    },
    messages,
    get failure() {
      return report.failure;
    },
    refused: report.refused,
    get summary() {
      return messages.findLast(message => message.kind === 'done')?.summary ?? report.summary;
    },
    get isDone() {
      return report.isDone;
    },
    get hasWorked() {
      return report.hasWorked;
    },
  };
}

function recordEvent(report: RunReport, event: AgentEvent, task: EventTask): void {
  switch (event.kind) {
    case 'text':
      report.hasWorked = true;
      return;
    case 'tool':
      report.hasWorked = true;
      task.log(event.line);
      return;
    case 'usage':
      task.reportUsage(event.usage);
      return;
    case 'session':
      if (event.id !== report.session) task.log(`session ${event.id}`);
      report.session = event.id;
      task.onSession(event.id);
      return;
    case 'warning':
      task.log(event.text);
      return;
    case 'refused':
      task.log(`was refused: ${event.what}`);
      if (report.refused.length < refusedMax && !report.refused.includes(event.what)) report.refused.push(event.what);
      return;
    case 'retry': {
      const wait = event.afterSeconds === null ? '' : ` in ${event.afterSeconds} s`;
      task.log(`${event.cause === 'rate_limit' ? 'rate limited' : event.message}, tries again${wait}`);
      return;
    }
    case 'end':
      report.isDone = true;
      report.failure = event.failure;
      report.summary = event.summary;
      if (event.failure !== null) task.log(event.failure.message);
      return;
  }
}
