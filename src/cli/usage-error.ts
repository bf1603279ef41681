import type { Hint, SerializedError } from '../index.ts';

/** Returns the error for an invalid command line; without heavy imports, so that it is fast. */
export function usageError(message: string, hints: Hint[]): SerializedError {
  return { code: 'USAGE', category: 'usage', message, hints, retriable: false };
}
