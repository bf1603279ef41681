import { Fault } from '../model/fault.ts';
import type { Farewell } from './protocol.ts';

const where = 'the owner of the store';

/**
 * The owner ended, or is about to, before it answered. `untouched` says that nothing was done about what was asked, so
 * that even a command may be given once more.
 */
export function ownerLost(farewell: Farewell | null, { untouched = false } = {}): Fault {
  const details = { farewell, untouched };
  if (farewell === 'stopped') {
    return new Fault('OWNER_LOST', 'The owner of the store was stopped; plans stay where they are', {
      where,
      hints: ['troupe plan status', 'troupe owner start'],
      details,
    });
  }
  return new Fault('OWNER_LOST', 'The process that owned the store ended before it answered', {
    where,
    hints: ['troupe plan status', 'troupe owner status'],
    details,
  });
}

export function isOwnerLost(thrown: unknown): thrown is Fault {
  return Fault.is(thrown) && thrown.code === 'OWNER_LOST';
}
