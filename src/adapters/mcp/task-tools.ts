/**
 * The tools that an agent which is a program has while it works on a task. Decisions, subplans and findings are what it could
 * also print: the tools answer at once whether they can be used; like what it prints, they are recorded when the agent has ended
 * successfully. A checkpoint and a question are calls of their own, recorded at once.
 */
import * as z from 'zod';
import { asksPeople } from '../../model/agent.ts';
import { isReadingTool } from '../../model/tool.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { Tool } from '../../ports/tool.ts';
import { checkAnswer } from '../agents/check-answer.ts';
import { parseAgentMessage } from '../agents/decision-recorder.ts';
import { type DecisionTool, decisionTools } from '../agents/decision-tools.ts';
import type { AgentMessage } from '../agents/parse-agent-line.ts';
import { ServerToolOutput } from './server-tool.ts';
import { createSharedCalls } from './shared-calls.ts';
import { modelToolName } from './tool-name.ts';

/** One request of a tool. */
export interface TaskToolRequest {
  /** Aborted when the caller does not wait for the answer any more. */
  signal: AbortSignal;
}

export interface TaskTool extends DecisionTool {
  /** Returns what the agent reads: data, or text. @throws {TroupeError} INVALID_DECISION, TOOL_REFUSED, TOOL_FAILED, CANCELLED */
  call(input: unknown, request: TaskToolRequest): unknown;
  /** Whether an answer may take long, because a person gives it, or another server. @default false */
  waits?: boolean;
  /** Whether it may change files, or anything else than the records of the plan. @default false */
  isChanging?: boolean;
}

export interface TaskTools {
  tools: readonly TaskTool[];
  /** What the agent gave to the tools, in order. */
  messages: readonly AgentMessage[];
}

export interface TaskToolOptions {
  /** Whether the agent reports its usage itself, in its output. */
  usageInOutput: boolean;
  /** Ends the calls that wait: the agent is gone. */
  signal: AbortSignal;
  /** Stops the time of the agent while a person is asked; the returned function starts it again. */
  pauseTime(): () => void;
}

type ToolTask = Pick<AgentTask, 'role' | 'plan' | 'decisions' | 'reportUsage' | 'call' | 'tools'>;
type RecordedKind = 'decision' | 'subplan' | 'finding';

const amount = z.number().min(0).optional();
const UsageToolInput = z.strictObject({ tokens: amount, usd: amount });

/** Whether an agent in this role has tools. */
export const hasTaskTools = (role: AgentTask['role']): boolean => role === 'review' || asksPeople(role);

/** Returns the tools for the role of a task; none for a role that only answers. */
export function createTaskTools(task: ToolTask, options: TaskToolOptions): TaskTools {
  const { role } = task;
  const messages: AgentMessage[] = [];
  const usage: TaskTool = {
    name: 'report_usage',
    description: 'Report tokens and cost in USD since the last report. They count at once.',
    input: UsageToolInput,
    call(value) {
      task.reportUsage(parseAgentMessage(UsageToolInput, value, 'usage'));
      return { accepted: true };
    },
  };
  if (!hasTaskTools(role)) return { tools: [], messages };
  const tools = [
    ...recordedTools(task, messages),
    ...(role === 'execution' ? [checkpointTool(task, options)] : []),
    ...(asksPeople(role) ? [questionTool(task, options)] : []),
    ...(task.tools ?? []).map(tool => servedTool(tool, task, options)),
    ...(options.usageInOutput ? [] : [usage]),
  ];
  return { tools, messages };
}

/** The tools whose calls are recorded when the run has ended. */
function recordedTools(task: ToolTask, messages: AgentMessage[]): TaskTool[] {
  const recording = (kind: RecordedKind, tool: DecisionTool): TaskTool => ({
    ...tool,
    description: `${tool.description} Use it in place of a printed line.`,
    call(value) {
      parseAgentMessage(tool.input, value, kind);
      const message: AgentMessage = { kind, value };
      if (task.role === 'strategy') checkAnswer(task, [...messages, message]);
      messages.push(message);
      return { accepted: true, recorded: 'when this run has ended successfully' };
    },
  });
  if (task.role === 'review') return [recording('finding', decisionTools.finding)];
  if (task.role !== 'strategy' && task.role !== 'execution') return [];
  return [recording('decision', decisionTools.decide), recording('subplan', decisionTools.subplan)];
}

function checkpointTool(task: ToolTask, { signal }: TaskToolOptions): TaskTool {
  return {
    ...decisionTools.checkpoint,
    call: input =>
      task.call('system/create_checkpoint', parseAgentMessage(decisionTools.checkpoint.input, input, 'checkpoint'), {
        foundBy: 'content',
        signal,
      }),
  };
}

/** The agent's time does not run while a person is asked. */
function questionTool(task: ToolTask, { signal, pauseTime }: TaskToolOptions): TaskTool {
  const shared = createSharedCalls();
  return {
    ...decisionTools.question,
    waits: true,
    call(value, request) {
      const input = parseAgentMessage(decisionTools.question.input, value, 'question');
      return shared.call(JSON.stringify(input), request.signal, async () => {
        const resumeTime = pauseTime();
        return task.call('builtin/ask-person', input, { foundBy: 'content', signal }).finally(resumeTime);
      });
    },
  };
}

/** A tool of a server of the user. Its call is judged and recorded, and has its own limit of time. */
function servedTool(tool: Tool, task: ToolTask, { signal, pauseTime }: TaskToolOptions): TaskTool {
  const { name, description, input } = tool;
  const shared = createSharedCalls();
  return {
    ...{ name: modelToolName(name), description, input },
    waits: true,
    isChanging: !isReadingTool(tool),
    call: (given, request) =>
      shared.call(JSON.stringify(given), request.signal, async () => {
        const resumeTime = pauseTime();
        const result = await task.call(name, given, { foundBy: 'content', signal }).finally(resumeTime);
        return ServerToolOutput.parse(result).text;
      }),
  };
}

/** What counts of a run: an agent that used the tools may have printed the same once more. */
export function countedMessages(given: readonly AgentMessage[], printed: readonly AgentMessage[]): AgentMessage[] {
  const kinds = new Set(given.map(({ kind }) => kind));
  return [...given, ...printed.filter(({ kind }) => !kinds.has(kind))];
}
