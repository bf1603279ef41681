import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEvent } from '../../../src/model/event.ts';
import { createEventBus } from '../../../src/runtime/events/event-bus.ts';
import { waitForEvent } from '../../../src/runtime/events/wait-for-event.ts';

const at = { seq: '1', at: '', planId: 'p' };
const said = (event: PlanEvent) => (event.type === 'plan.prompted' ? event.guidance : undefined);

function plan(stopped: TroupeError | null = null) {
  const events = createEventBus();
  const journal: PlanEvent[] = [];
  return {
    host: { ledger: { journal: async () => [...journal] }, eventBus: events, fatalError: () => stopped },
    say(event: PlanEvent) {
      journal.push(event);
      events.publish([event]);
    },
    end: () => events.close(),
  };
}

describe('Waiting for an event of a plan', () => {
  test('resolves whether the event was emitted before or is emitted later', async () => {
    const { host, say } = plan();
    const heard = waitForEvent(host, 'p', said);
    say({ ...at, type: 'plan.applied', target: { kind: 'checkout' }, commits: [], files: [] });
    say({ ...at, type: 'plan.prompted', guidance: 'mind the gap' });
    expect(await heard).toBe('mind the gap');
    expect(await waitForEvent(host, 'p', said)).toBe('mind the gap');
  });

  test('rejects when the plan is cancelled', async () => {
    const { host, say } = plan();
    const heard = waitForEvent(host, 'p', said);
    say({ ...at, type: 'plan.cancelled', reason: 'enough' });
    await expect(heard).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('rejects when Troupe is closed, or has stopped with an error', async () => {
    const closed = plan();
    const heard = waitForEvent(closed.host, 'p', said);
    closed.end();
    await expect(heard).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    const stopped = plan(new TroupeError('DISK_FULL', 'no space'));
    const never = waitForEvent(stopped.host, 'p', said);
    stopped.end();
    await expect(never).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});
