import type { SerializedError } from '../index.ts';

/** Returns the error for an invalid command line; without heavy imports, so that it is fast. */
export function usageError(message: string, hints: string[]): SerializedError {
  return { code: 'USAGE', category: 'usage', message, hints, retriable: false };
}
