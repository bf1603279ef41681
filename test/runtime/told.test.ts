import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../src/model/event.ts';
import { Fault } from '../../src/model/fault.ts';
import { feed } from '../../src/runtime/feed.ts';
import { told } from '../../src/runtime/told.ts';

const at = { seq: '1', at: '', planId: 'p' };
const said = (event: PlanEvent) => (event.type === 'plan.prompted' ? event.guidance : undefined);

function plan(stopped: Fault | null = null) {
  const events = feed();
  const journal: PlanEvent[] = [];
  return {
    host: { ledger: { journal: async () => [...journal] }, feed: events, stopped: () => stopped },
    say(event: PlanEvent) {
      journal.push(event);
      events.publish([event]);
    },
    end: () => events.end(),
  };
}

describe('What a plan says of something it was told to do', () => {
  test('is heard when it was said before, and when it is said later', async () => {
    const { host, say } = plan();
    const heard = told(host, 'p', said);
    say({ ...at, type: 'plan.applied', target: { kind: 'checkout' }, commits: [], files: [] });
    say({ ...at, type: 'plan.prompted', guidance: 'mind the gap' });
    expect(await heard).toBe('mind the gap');
    expect(await told(host, 'p', said)).toBe('mind the gap');
  });

  test('is not said any more when the plan is cancelled', async () => {
    const { host, say } = plan();
    const heard = told(host, 'p', said);
    say({ ...at, type: 'plan.cancelled', reason: 'enough' });
    await expect(heard).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('is not said any more when everything is closed, or has stopped for a reason', async () => {
    const closed = plan();
    const heard = told(closed.host, 'p', said);
    closed.end();
    await expect(heard).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    const stopped = plan(new Fault('DISK_FULL', 'no space'));
    const never = told(stopped.host, 'p', said);
    stopped.end();
    await expect(never).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});
