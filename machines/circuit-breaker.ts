/** The circuit breaker: stops retries when the same failure repeats. */
import type { SerializedError } from '../src/model/errors.ts';
import { breakerMessage, failureFingerprint } from '../src/model/failure-fingerprint.ts';

/** The number of identical failures in a row that opens the breaker. */
export const openAfter = 3;

/** Counts how often the error occurred in a row, itself included. */
export function countConsecutive(earlier: readonly SerializedError[], error: SerializedError): number {
  const other = earlier.findLastIndex(previous => failureFingerprint(previous) !== failureFingerprint(error));
  return earlier.length - other;
}

/** Returns the error to report once the breaker is open. */
export function toBreakerError(error: SerializedError, times: number): SerializedError {
  return { ...error, message: breakerMessage(error.message, times), details: { ...error.details, breaker: { times } } };
}
