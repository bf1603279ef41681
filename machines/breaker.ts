/** The circuit breaker: a failure that comes again and again unchanged is not asked for once more. */
import type { StoredFault } from '../src/model/fault.ts';
import { fingerprint } from '../src/model/fingerprint.ts';

/** So many identical failures in a row open it. */
export const sameMax = 3;

/** How often the failure came in a row, it included, after those before it. */
export function sameInARow(earlier: readonly StoredFault[], fault: StoredFault): number {
  const other = earlier.findLastIndex(known => fingerprint(known) !== fingerprint(fault));
  return earlier.length - other;
}

/** The failure as it is told once the breaker is open. */
export function broken(fault: StoredFault, times: number): StoredFault {
  const message = `${fault.message} (the same failure ${times} times in a row: it is not tried again)`;
  return { ...fault, message, details: { ...fault.details, breaker: { times } } };
}
