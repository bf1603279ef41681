/** The error with which a system ends. */
import { TroupeError } from '../model/errors.ts';

/** Keeps the code of an error where it says more than `code`. What a root throws is a failure of the root. */
export function toFailure(error: unknown, code: 'ROOT_FAILED' | 'INTERNAL'): TroupeError {
  const message = error instanceof Error ? error.message : String(error);
  const keeps = TroupeError.is(error) && (code !== 'ROOT_FAILED' || error.code === 'ENDLESS_LOOP');
  return keeps ? error : new TroupeError(code, message, { cause: error });
}

/** Why a system that did not open, or that rests, takes no calls. One for all, because an error costs its stack. */
export const notOpen = new TroupeError('SYSTEM_CLOSED', 'The durable system is not open.');
