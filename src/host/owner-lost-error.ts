import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import type { CloseReason } from './protocol.ts';

const where = 'the owner of the store';

/**
 * Returns the error for an owner that ended, or is about to, before it answered. `notStarted`: the request had no
 * effect, so that even a command may be repeated.
 */
export function ownerLostError(closeReason: CloseReason | null, { notStarted = false } = {}): TroupeError {
  const details = { closeReason, notStarted };
  if (closeReason === 'stopped') {
    return new TroupeError('OWNER_LOST', 'The owner of the store was stopped; plans stay where they are', {
      where,
      hints: [commandHint('plan status'), commandHint('owner start')],
      details,
    });
  }
  return new TroupeError('OWNER_LOST', 'The process that owned the store ended before it answered', {
    where,
    hints: [commandHint('plan status'), commandHint('owner status')],
    details,
  });
}

export function isOwnerLostError(thrown: unknown): thrown is TroupeError {
  return TroupeError.is(thrown) && thrown.code === 'OWNER_LOST';
}
