/** The circuit breaker: a failure that comes again and again unchanged is not asked for once more. */
import type { StoredFault } from '../src/model/fault.ts';
import { fingerprint, givenUp } from '../src/model/fingerprint.ts';

/** So many identical failures in a row open it. */
export const sameMax = 3;

/** How often the failure came in a row, it included, after those before it. */
export function sameInARow(earlier: readonly StoredFault[], fault: StoredFault): number {
  const other = earlier.findLastIndex(known => fingerprint(known) !== fingerprint(fault));
  return earlier.length - other;
}

/** The failure as it is told once the breaker is open. */
export function broken(fault: StoredFault, times: number): StoredFault {
  return { ...fault, message: givenUp(fault.message, times), details: { ...fault.details, breaker: { times } } };
}
