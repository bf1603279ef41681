/**
 * The tools that an agent which is a program has while it works on a task. They take what it could also print, and answer
 * at once whether it can be used; like what it prints, it is recorded when the agent has ended successfully.
 */
import * as z from 'zod';
import type { AgentFormat } from '../../model/agent-format.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { checkAnswer } from '../agents/check-answer.ts';
import { parseAgentMessage } from '../agents/decision-recorder.ts';
import { type DecisionTool, decisionTools } from '../agents/decision-tools.ts';
import type { AgentMessage } from '../agents/parse-agent-line.ts';

export interface TaskTool extends DecisionTool {
  /** Returns what the agent reads. @throws {TroupeError} INVALID_DECISION */
  call(input: unknown): unknown;
}

export interface TaskTools {
  tools: readonly TaskTool[];
  /** What the agent gave to the tools, in order. */
  messages: readonly AgentMessage[];
}

type RecordedKind = 'decision' | 'subplan' | 'finding';

const amount = z.number().min(0).optional();
const UsageToolInput = z.strictObject({ tokens: amount, usd: amount });

/** Whether an agent in this role decides something that is recorded. */
export const hasTaskTools = (role: AgentTask['role']): boolean =>
  role === 'strategy' || role === 'execution' || role === 'review';

/** Returns the tools for the role of a task; none for a role whose decisions are not recorded. */
export function createTaskTools(
  task: Pick<AgentTask, 'role' | 'plan' | 'decisions' | 'reportUsage'>,
  reads: AgentFormat,
): TaskTools {
  const messages: AgentMessage[] = [];
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
  const deciding = [recording('decision', decisionTools.decide), recording('subplan', decisionTools.subplan)];
  const usage: TaskTool = {
    name: 'report_usage',
    description: 'Report tokens and cost in USD since the last report. They count at once.',
    input: UsageToolInput,
    call(value) {
      task.reportUsage(parseAgentMessage(UsageToolInput, value, 'usage'));
      return { accepted: true };
    },
  };
  if (!hasTaskTools(task.role)) return { tools: [], messages };
  const own = task.role === 'review' ? [recording('finding', decisionTools.finding)] : deciding;
  // The usage of an agent whose format is known is in its output.
  return { tools: reads === 'lines' ? [...own, usage] : own, messages };
}

/** What counts of a run: an agent that used the tools may have printed the same once more. */
export function countedMessages(given: readonly AgentMessage[], printed: readonly AgentMessage[]): AgentMessage[] {
  const kinds = new Set(given.map(({ kind }) => kind));
  return [...given, ...printed.filter(({ kind }) => !kinds.has(kind))];
}
