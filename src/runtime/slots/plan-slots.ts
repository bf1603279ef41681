import type { ExecutionSlots } from '../../ports/execution-slots.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { raceAbort } from './race-abort.ts';

/** Lets effects wait for an execution slot that the machines grant: the plan's record shows it, or an event will. */
export function createPlanSlots({
  ledger,
  feed,
}: {
  ledger: Pick<PlanLedger, 'record'>;
  feed: Pick<EventBus, 'subscribeSync'>;
}): ExecutionSlots {
  return {
    async waitForSlot(planId, { signal, onWait }) {
      let resolveGranted = () => {};
      const granted = new Promise<void>(resolve => {
        resolveGranted = resolve;
      });
      // Subscribe first: a grant during the read of the record arrives as an event, an earlier one is in the record.
      const unsubscribe = feed.subscribeSync(events => {
        if (events.some(event => event.type === 'slot.granted' && event.planId === planId)) resolveGranted();
      });
      try {
        if ((await ledger.record(planId))?.slot !== 'wanted') return;
        await onWait();
        await raceAbort(granted, signal);
      } finally {
        unsubscribe();
      }
    },
  };
}
