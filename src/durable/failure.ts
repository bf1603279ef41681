/** The error with which a system ends. */

import { messageOf } from '../model/caught-error.ts';
import { TroupeError } from '../model/errors.ts';

/**
 * Keeps the code of an error where it says more than `code`. What a root throws is a failure of the root, or of the instance
 * whose root it is: `where` is its machine and id.
 */
export function toFailure(error: unknown, code: 'ROOT_FAILED' | 'INTERNAL', where?: string): TroupeError {
  const keeps = TroupeError.is(error) && (code !== 'ROOT_FAILED' || error.code === 'ENDLESS_LOOP');
  if (keeps) return error;
  const message = messageOf(error);
  if (where === undefined || code !== 'ROOT_FAILED') return new TroupeError(code, message, { cause: error });
  return new TroupeError('INSTANCE_FAILED', `The instance "${where}" failed: ${message}`, { where, cause: error });
}

/** Why a system that did not open, or that rests, takes no calls. One for all, because an error costs its stack. */
export const notOpen = new TroupeError('SYSTEM_CLOSED', 'The durable system is not open.');
