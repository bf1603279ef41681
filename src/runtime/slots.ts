import type { Slots } from '../ports/slots.ts';
import type { Feed } from './feed.ts';
import type { PlanLedger } from './ledger.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What the charts decided about slots, for effects that go on only with one: the plan's record says, or an event will. */
export function slotsOf({ ledger, feed }: { ledger: Pick<PlanLedger, 'record'>; feed: Pick<Feed, 'tap'> }): Slots {
  return {
    async admitted(planId, { signal, waits }) {
      let hear = () => {};
      const granted = new Promise<void>(resolve => {
        hear = resolve;
      });
      // First the tap: what is granted while the record is read is heard, and what was granted before is in it.
      const leave = feed.tap(events => {
        if (events.some(event => event.type === 'slot.granted' && event.planId === planId)) hear();
      });
      try {
        if ((await ledger.record(planId))?.slot !== 'wanted') return;
        await waits();
        await unlessAborted(granted, signal);
      } finally {
        leave();
      }
    },
  };
}
