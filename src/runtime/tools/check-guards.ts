import { type ApprovalAnswer, summarizeInput } from '../../model/approval.ts';
import { commandHint } from '../../model/command-hint.ts';
import { describeToolCall } from '../../model/describe-call.ts';
import { TroupeError } from '../../model/errors.ts';
import type { ThresholdName } from '../../model/profile.ts';
import type { Tool } from '../../ports/tool.ts';
import { deniedError } from './tool-errors.ts';
import { evaluateGuards } from './tool-guards.ts';
import type { ToolRunnerOptions } from './tool-runner-options.ts';
import type { createToolTable } from './tool-table.ts';

/** What the guards of a call depend on. */
export type GuardOptions = Pick<
  ToolRunnerOptions,
  'plan' | 'phase' | 'agentRole' | 'confidence' | 'guards' | 'approve'
>;

/** @throws {TroupeError} the guards' reason, or APPROVAL_NEEDED */
export async function checkGuards(
  options: GuardOptions,
  {
    tool,
    callsBefore,
    input,
    spentUp,
  }: { tool: Tool; callsBefore: number; input: unknown; spentUp: TroupeError | null },
  table: ReturnType<typeof createToolTable>,
): Promise<void> {
  const { plan, phase } = options;
  const decision = evaluateGuards(
    {
      tool,
      callsBefore,
      plan,
      phase,
      role: options.agentRole,
      confidence: options.confidence ?? 1,
      guards: options.guards ?? plan.profileSnapshot.guards,
      budgetError: spentUp,
    },
    table,
  );
  if (decision.kind === 'refuse') throw decision.error;
  if (decision.kind === 'allow') return;
  const { threshold } = decision;
  const answer = await options.approve?.({
    tool: tool.name,
    words: describeToolCall(tool.name, input),
    input: summarizeInput(input),
    threshold,
  });
  if (answer?.verdict === 'approved') return;
  throw answer?.verdict === 'denied'
    ? deniedError(tool, plan, answer.reason)
    : approvalNeededError(options, tool, threshold, answer);
}

function approvalNeededError(
  { plan, confidence = 1 }: GuardOptions,
  tool: Tool,
  threshold: ThresholdName,
  answer: Pick<ApprovalAnswer, 'reason'> | undefined,
): TroupeError {
  const { name } = plan.profileSnapshot;
  const why = answer === undefined ? 'and there is no terminal to ask at' : `and was not approved: ${answer.reason}`;
  return new TroupeError('APPROVAL_NEEDED', `${tool.name} needs approval (profile ${name}), ${why}`, {
    where: `profile ${name}, threshold ${threshold}`,
    hints: [commandHint('plan explain', { planId: plan.planId }), commandHint('profile list')],
    details: { tool: tool.name, threshold, confidence },
  });
}
