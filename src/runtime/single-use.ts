import type { Action } from '../model/action.ts';
import { Fault } from '../model/fault.ts';
import { nameKey, qualify } from '../model/name.ts';
import type { Store } from '../ports/store.ts';
import { keys } from './keys.ts';
import type { PlanLedger } from './ledger.ts';

/** Makes a plan of an action; one that is not reusable makes one plan, and another only where that was cancelled. */
export type UseOf = <Made>(action: Action, make: () => Promise<Made>) => Promise<Made>;

/** Uses of actions that are not reusable wait for each other, so that of two at once one is refused. */
export function usesOf(store: Pick<Store, 'get'>, ledger: Pick<PlanLedger, 'record'>): UseOf {
  let last: Promise<unknown> = Promise.resolve();
  const refuseUsed = async (action: Action) => {
    const planId = await store.get(keys.usedBy(nameKey(qualify(action.name))));
    if (typeof planId !== 'string') return;
    const record = await ledger.record(planId);
    if (record?.state !== 'cancelled') throw used(action, planId, record !== undefined);
  };
  return (action, make) => {
    if (action.reusable) return make();
    const use = last.then(async () => {
      await refuseUsed(action);
      return make();
    });
    last = use.catch(() => undefined);
    return use;
  };
}

function used({ name }: Action, planId: string, isKnown: boolean): Fault {
  return new Fault('INVALID_ACTION', `The action ${name} may be used for one plan, and plan ${planId} used it`, {
    where: name,
    hints: [isKnown ? `troupe plan status ${planId}` : 'troupe plan list --all', 'troupe action list'],
  });
}
