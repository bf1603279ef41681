/**
 * The tools that an agent which is a program has while it works on a task. They take what it could also print, and answer
 * at once whether it can be used; like what it prints, it is recorded when the agent has ended successfully.
 */
import * as z from 'zod';
import { AgentDecisionMessage, AgentSubplanMessage } from '../../model/agent.ts';
import type { AgentFormat } from '../../model/agent-format.ts';
import { Finding } from '../../model/review.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { checkAnswer } from '../agents/check-answer.ts';
import { parseAgentMessage } from '../agents/decision-recorder.ts';
import type { AgentMessage } from '../agents/parse-agent-line.ts';

export interface TaskTool {
  name: string;
  description: string;
  input: z.ZodType;
  /** Returns what the agent reads. @throws {TroupeError} INVALID_DECISION */
  call(input: unknown): unknown;
}

export interface TaskTools {
  tools: readonly TaskTool[];
  /** What the agent gave to the tools, in order. */
  messages: readonly AgentMessage[];
}

type RecordedKind = 'decision' | 'subplan' | 'finding';

/** Without the settings that a model rarely needs: their schemas are long. A printed line has all of them. */
const SubplanToolInput = AgentSubplanMessage.pick({
  key: true,
  goal: true,
  resourceScopes: true,
  projectRef: true,
  parallel: true,
  dependsOn: true,
});
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
  const recording = (kind: RecordedKind, schema: z.ZodType) => (value: unknown) => {
    parseAgentMessage(schema, value, kind);
    const message: AgentMessage = { kind, value };
    if (task.role === 'strategy') checkAnswer(task, [...messages, message]);
    messages.push(message);
    return { accepted: true, recorded: 'when this run has ended successfully' };
  };
  const deciding: TaskTool[] = [
    {
      name: 'decide',
      description: 'Record a decision: the question, the choice, and why. Use it in place of a printed line.',
      input: AgentDecisionMessage,
      call: recording('decision', AgentDecisionMessage),
    },
    {
      name: 'plan_subplan',
      description:
        'Ask for a subplan: a part of the goal that another agent does, in its own copy of the files. Use it in place of a printed line. An error says what to change.',
      input: SubplanToolInput,
      call: recording('subplan', SubplanToolInput),
    },
  ];
  const finding: TaskTool = {
    name: 'report_finding',
    description: 'Report one thing that is wrong with the changes under review. Use it in place of a printed line.',
    input: Finding,
    call: recording('finding', Finding),
  };
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
  const own = task.role === 'review' ? [finding] : deciding;
  // The usage of an agent whose format is known is in its output.
  return { tools: reads === 'lines' ? [...own, usage] : own, messages };
}

/** What counts of a run: an agent that used the tools may have printed the same once more. */
export function countedMessages(given: readonly AgentMessage[], printed: readonly AgentMessage[]): AgentMessage[] {
  const kinds = new Set(given.map(({ kind }) => kind));
  return [...given, ...printed.filter(({ kind }) => !kinds.has(kind))];
}
