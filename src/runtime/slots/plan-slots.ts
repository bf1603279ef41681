import type { ExecutionSlots } from '../../ports/execution-slots.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { raceAbort } from './race-abort.ts';

/** What the charts decided about slots, for effects that go on only with one: the plan's record says, or an event will. */
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
      // First the tap: what is granted while the record is read is heard, and what was granted before is in it.
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
