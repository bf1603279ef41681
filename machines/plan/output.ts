/** The output of a plan, and the error in the output of a child actor. */
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanOutput } from '../effects.ts';
import { errorOf, type PlanContext, requireSandboxAndStart, requireTree, stopReasonText } from './context.ts';

export function planOutput(context: PlanContext): PlanOutput {
  const { planId } = context.spec;
  switch (context.position.state) {
    case 'applied':
      return { outcome: 'applied', planId };
    case 'cancelled':
      return { outcome: 'cancelled', planId, reason: stopReasonText(context) };
    case 'complete':
      return {
        outcome: 'complete',
        planId,
        baseTree: requireSandboxAndStart(context).startTree,
        treeOid: requireTree(context, 'resultTree'),
      };
    default:
      return {
        ...{ outcome: 'failed', planId, phase: context.position.phase, error: errorOf(context) },
        ...(context.guidance.length === 0 ? {} : { guidance: context.guidance }),
      };
  }
}

/** Returns why a child actor did not complete. A cancelled one has a reason instead of an error. */
export function errorFromOutput(output: {
  outcome: string;
  error?: SerializedError | null;
  reason?: string;
}): SerializedError {
  return (
    output.error ??
    new TroupeError('CANCELLED', `It ended ${output.outcome}: ${output.reason ?? 'no reason given'}`).toJSON()
  );
}
