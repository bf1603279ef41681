import type { Action } from '../../model/action.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey, qualifyName } from '../../model/name-key.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import type { PlanLedger } from '../records/ledger.ts';

/**
 * Creates a plan from an action. An action that is not reusable creates one plan, and another only after that one was
 * cancelled.
 */
export type CreateOnce = <Made>(action: Action, make: () => Promise<Made>) => Promise<Made>;

/** Serializes uses of an action that is not reusable, so that only one of two concurrent uses succeeds. */
export function singleUseGuard(store: Pick<Store, 'get'>, ledger: Pick<PlanLedger, 'record'>): CreateOnce {
  let last: Promise<unknown> = Promise.resolve();
  const assertUnused = async (action: Action) => {
    const planId = await store.get(keys.planOfAction(nameKey(qualifyName(action.name))));
    if (typeof planId !== 'string') return;
    const record = await ledger.record(planId);
    if (record?.state !== 'cancelled') throw alreadyUsedError(action, planId, record !== undefined);
  };
  return (action, make) => {
    if (action.reusable) return make();
    const use = last.then(async () => {
      await assertUnused(action);
      return make();
    });
    last = use.catch(() => undefined);
    return use;
  };
}

function alreadyUsedError({ name }: Action, planId: string, isKnown: boolean): TroupeError {
  return new TroupeError('INVALID_ACTION', `The action ${name} may be used for one plan, and plan ${planId} used it`, {
    where: name,
    hints: [
      isKnown ? commandHint('plan status', { planId }) : commandHint('plan list', { options: { all: true } }),
      commandHint('action list'),
    ],
  });
}
