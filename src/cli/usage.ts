import type { StoredFault } from '../index.ts';

/** A command line that makes no sense, as a fault; light, so that saying so costs no loading. */
export function usage(message: string, hints: string[]): StoredFault {
  return { code: 'USAGE', category: 'usage', message, hints, retriable: false };
}
