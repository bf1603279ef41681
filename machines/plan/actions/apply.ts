/** Actions for applying the result. */
import type { ApplyMachineOutput } from '../../apply.machine.ts';
import type { PlanCommand } from '../../effects.ts';
import { appliedWithFailedChecksError } from '../../partial-apply.machine.ts';
import { applyTargetOf } from '../context.ts';
import { describeFailure } from '../failure.ts';
import { assign, enqueueActions } from '../typed-actions.ts';
import { errorRecorded, failureContext } from './events.ts';

export const applyActions = {
  setApplyTarget: assign(
    ({ context }, { target, approved, order }: Omit<Extract<PlanCommand, { type: 'apply' }>, 'type'>) => ({
      applyTarget: target,
      applyRequest: order ?? null,
      approved: approved || context.approved,
    }),
  ),
  setApproved: assign({ approved: true }),
  clearApproval: assign({ approved: false }),
  cancelApply: enqueueActions(({ enqueue }) => enqueue.sendTo('apply', { type: 'cancel' })),
  recordApplied: enqueueActions(({ context, enqueue }, { output }: { output: ApplyMachineOutput }) => {
    if (output.outcome !== 'applied') return;
    enqueue({ type: 'recordCheckpoint', params: output });
    const { commits, files, results, uncommitted } = output;
    const target = applyTargetOf(context);
    const left = context.applyRequest?.selection?.left ?? [];
    const { after } = output;
    const more = { ...(left.length > 0 && { left }), ...(uncommitted && { uncommitted }), ...(after && { after }) };
    enqueue.assign({
      applySummary: { target, commits, files, ...more },
      validationResults: results.length > 0 ? results : context.validationResults,
      error: null,
      errorMessage: null,
    });
    enqueue.emit({ type: 'plan.applied', planId: context.spec.planId, target, commits, files, ...more });
  }),
  recordStoppedApply: enqueueActions(({ enqueue }, { output }: { output: ApplyMachineOutput }) => {
    if (output.outcome === 'failed') enqueue({ type: 'setError', params: output });
    else enqueue({ type: 'recordCheckpoint', params: output });
  }),
  recordApplyFailed: enqueueActions(({ enqueue }, { output }: { output: ApplyMachineOutput }) => {
    if (output.outcome !== 'failed') return;
    const { error, recovery, recoveryError } = output;
    enqueue({ type: 'setError', params: { error } });
    if (recovery !== null) enqueue({ type: 'recordRecovery', params: { found: recovery } });
    else enqueue({ type: 'recordFailedRecovery', params: { error: recoveryError } });
  }),
  setConstrained: enqueueActions(({ context, enqueue }, { output }: { output: ApplyMachineOutput }) => {
    if (output.outcome === 'failed') return;
    enqueue({ type: 'recordCheckpoint', params: output });
    const applied = output.outcome === 'applied';
    const error = applied ? appliedWithFailedChecksError(output.commits) : output.error;
    // Validations that failed on a moved target, or for a part alone, do not apply to the result on its own base.
    const validationResults = applied ? output.results : context.validationResults;
    const failure = describeFailure({ ...context, error, validationResults }, { phase: 'apply', state: 'constrained' });
    // Work that is applied already is not cancelled any more.
    enqueue.assign({ ...failureContext(failure), validationResults, stopReason: null });
    enqueue.emit(errorRecorded(context, failure));
  }),
};
