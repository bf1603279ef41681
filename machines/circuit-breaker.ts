/** The circuit breaker: a failure that comes again and again unchanged is not asked for once more. */
import type { SerializedError } from '../src/model/errors.ts';
import { breakerMessage, failureFingerprint } from '../src/model/failure-fingerprint.ts';

/** So many identical failures in a row open it. */
export const openAfter = 3;

/** How often the failure came in a row, it included, after those before it. */
export function countConsecutive(earlier: readonly SerializedError[], error: SerializedError): number {
  const other = earlier.findLastIndex(previous => failureFingerprint(previous) !== failureFingerprint(error));
  return earlier.length - other;
}

/** The failure as it is told once the breaker is open. */
export function toBreakerError(error: SerializedError, times: number): SerializedError {
  return { ...error, message: breakerMessage(error.message, times), details: { ...error.details, breaker: { times } } };
}
