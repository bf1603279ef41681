import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEvent } from '../../../src/model/event.ts';
import { type RequestCommand, sendForReply } from '../../../src/runtime/events/command-reply.ts';
import { createEventBus } from '../../../src/runtime/events/event-bus.ts';

const at = { seq: '1', at: '', planId: 'p' };
const command = { type: 'rollback', order: { rollbackId: 'r2' } } as RequestCommand;

function rolledBack(rollbackId: string, file: string, planId = 'p'): PlanEvent {
  const changes = [{ file, action: 'restored' as const }];
  const ids = { checkpointId: 'c', decisionId: 'd', childPlanIds: [] };
  return { ...at, planId, type: 'plan.rolled_back', rollbackId, sequence: 1, ...ids, changes };
}

/** A plan whose journal fails when it is read. */
function plan(stopped: TroupeError | null = null) {
  const eventBus = createEventBus();
  const host = {
    eventBus,
    fatalError: () => stopped,
    ledger: {
      journal: async (): Promise<PlanEvent[]> => {
        throw new Error('the journal was read');
      },
    },
  };
  return { host, publish: (event: PlanEvent) => eventBus.publish([event]), close: () => eventBus.close() };
}

describe('A command that the machine carries out in steps', () => {
  test('resolves with the reply to its own request, and the journal is not read [R205]', async () => {
    const { host, publish } = plan();
    const changes = sendForReply(host, 'p', command, async () => {
      publish(rolledBack('r1', 'of another request'));
      publish(rolledBack('r2', 'of another plan', 'q'));
    });
    publish(rolledBack('r2', 'a.txt'));
    expect(await changes).toEqual([{ file: 'a.txt', action: 'restored' }]);
  });

  test('resolves with a reply that is published before the command is acknowledged [R205]', async () => {
    const { host, publish } = plan();
    const changes = sendForReply(host, 'p', command, async () => publish(rolledBack('r2', 'a.txt')));
    expect(await changes).toEqual([{ file: 'a.txt', action: 'restored' }]);
  });

  test('resolves with a reply that is published just before Troupe is closed [R205]', async () => {
    const { host, publish, close } = plan();
    const changes = sendForReply(host, 'p', command, async () => {});
    publish(rolledBack('r2', 'a.txt'));
    close();
    expect(await changes).toEqual([{ file: 'a.txt', action: 'restored' }]);
  });

  test('rejects with the error of the reply', async () => {
    const { host, publish } = plan();
    const changes = sendForReply(host, 'p', command, async () => {});
    const error = TroupeError.serialize(new TroupeError('CHECKPOINT_LOST', 'The files are gone'));
    publish({ ...at, type: 'plan.rollback_failed', rollbackId: 'r2', checkpointId: 'c', error });
    await expect(changes).rejects.toMatchObject({ code: 'CHECKPOINT_LOST' });
  });

  test('rejects when the plan does not allow it', async () => {
    const refused = new TroupeError('PHASE_GUARD', '"rollback" is not allowed');
    await expect(sendForReply(plan().host, 'p', command, () => Promise.reject(refused))).rejects.toBe(refused);
  });

  test('rejects when the plan is cancelled', async () => {
    const { host, publish } = plan();
    const changes = sendForReply(host, 'p', command, async () => {});
    publish({ ...at, type: 'plan.cancelled', reason: 'enough' });
    await expect(changes).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('rejects when Troupe is closed, or has stopped with an error', async () => {
    const closed = plan();
    const unanswered = sendForReply(closed.host, 'p', command, async () => {});
    closed.close();
    await expect(unanswered).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    const stopped = plan(new TroupeError('DISK_FULL', 'no space'));
    const failed = sendForReply(stopped.host, 'p', command, async () => {});
    stopped.close();
    await expect(failed).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});
