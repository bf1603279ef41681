import type { SerializedError } from '../index.ts';

/** A command line that makes no sense, as an error; light, so that saying so costs no loading. */
export function usageError(message: string, hints: string[]): SerializedError {
  return { code: 'USAGE', category: 'usage', message, hints, retriable: false };
}
