/** Records what an agent says, once it has ended successfully. */
import { CommitMessage } from '../../model/review.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import type { AgentAnswer, AgentTask } from '../../ports/agent.ts';
import { type AgentIdentity, agentError } from './agent-failures.ts';
import { checkAnswer } from './check-answer.ts';
import { createDecisionRecorder } from './decision-recorder.ts';
import type { AgentMessage } from './parse-agent-line.ts';

/** What a run of an agent ended with. */
export interface AgentResult {
  messages: readonly AgentMessage[];
  summary: string | null;
  /** Permissions that were refused. */
  refused: readonly string[];
}

/**
 * Records the messages of a run and returns its answer.
 * @param permissions arguments that grant more permissions; null if they are not known
 * @throws {TroupeError} AGENT_FAILED, INVALID_DECISION
 */
export async function recordResult(
  program: AgentIdentity,
  task: AgentTask,
  { messages, summary, refused }: AgentResult,
  permissions: string | null,
): Promise<AgentAnswer> {
  if (task.role === 'strategy') checkAnswer(task, messages);
  await recordMessages(program, task, messages);
  const message = task.role === 'apply' ? messageIn(program, messages) : null;
  return {
    decisions: [],
    summary: summary ?? `${program.name} finished`,
    ...(message && { message }),
    ...(refused.length > 0 && { refused: { actions: [...refused], permissions } }),
  };
}

async function recordMessages(
  program: AgentIdentity,
  task: AgentTask,
  messages: readonly AgentMessage[],
): Promise<void> {
  const record = createDecisionRecorder(task);
  if (task.role === 'review') {
    const findings = messages.filter(message => message.kind === 'finding');
    // A reviewer whose output has no finding in our format may have written one as prose, which would be lost.
    if (findings.length === 0 && !messages.some(({ kind }) => kind === 'done')) {
      const message = `${program.name} gave no review: it printed neither a line {"finding": …} nor a last line {"type": "result"}`;
      throw agentError(program, 'AGENT_FAILED', message, {});
    }
    for (const { value } of findings) await record.finding(value);
  }
  if (task.role !== 'strategy' && task.role !== 'execution') return;
  for (const message of messages) {
    if (message.kind === 'decision') await record.decide(message.value);
    else if (message.kind === 'subplan') await record.subplan(message.value);
  }
}

/** Returns the last message it printed, or null. @throws {TroupeError} AGENT_FAILED if it is not understood */
function messageIn(program: AgentIdentity, messages: readonly AgentMessage[]): CommitMessage | null {
  const last = messages.findLast(({ kind }) => kind === 'message');
  if (last?.kind !== 'message') return null;
  const parsed = CommitMessage.safeParse(last.value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `message.${path.join('.')}: ${message}`);
  throw agentError(
    program,
    'AGENT_FAILED',
    `${program.name} printed a commit message that is not understood: ${problems.join('; ')}`,
    {},
  );
}
