/** Errors of tool calls that were not made, or not completed. */
import { isDeepStrictEqual } from 'node:util';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { nestingMax } from '../../model/json.ts';
import type { PlanSpec } from '../../model/plan.ts';
import type { ToolCall } from '../../model/tool.ts';
import type { Tool } from '../../ports/tool.ts';

export const tooDeepError = ({ name }: Tool, what: string) =>
  new TroupeError('TOOL_REFUSED', `${name} was refused: ${what} nests deeper than ${nestingMax} levels`, {
    where: name,
    hints: [commandHint('plan logs')],
  });

export function deniedError(tool: Tool, { planId }: PlanSpec, reason: string): TroupeError {
  return new TroupeError('TOOL_REFUSED', `A person refused ${tool.name}${reason === '' ? '' : `: ${reason}`}`, {
    where: `plan ${planId}`,
    hints: [
      commandHint('plan prompt', { planId, args: ['what to do instead'] }),
      commandHint('plan explain', { planId }),
    ],
    details: { tool: tool.name },
  });
}

/** An agent that makes a different call than before the crash would get the wrong result. */
export function assertSameCall(recorded: ToolCall, tool: Tool, sent: unknown, at: number | string): void {
  if (recorded.tool === tool.name && isDeepStrictEqual(recorded.input, sent)) return;
  throw new TroupeError(
    'AGENT_FAILED',
    `After a restart the agent did not repeat its calls: call ${at} was ${recorded.tool}, now it is ${tool.name}`,
    { where: `call ${at}`, details: { recorded: recorded.input, now: sent } },
  );
}

export function toolCancelledError(tool: Tool, cause?: unknown): TroupeError {
  return new TroupeError('CANCELLED', `${tool.name} was not run to its end: the work was stopped`, {
    where: tool.name,
    cause,
  });
}
