import type { SerializedError } from './errors.ts';
import { fnv1a } from './hash.ts';

/** Parts that vary between occurrences of the same failure. */
const volatileParts: readonly RegExp[] = [
  /\b[0-9A-HJKMNP-TV-Z]{26}\b/g,
  /\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g,
  /\d+(?:[.,:]\d+)*/g,
];

/** A longer message is identified by its beginning. */
const charactersMax = 2_000;

const breakerSuffix = / \(the same failure \d+ times in a row: it is not tried again\)$/;

/** The message of a failure that is not retried because it occurred too often; its fingerprint stays the same. */
export function breakerMessage(message: string, times: number): string {
  return `${message} (the same failure ${times} times in a row: it is not tried again)`;
}

/** Identifies a failure: its code, and its message without ids, folders, hashes and numbers. */
export function failureFingerprint({ code, message }: Pick<SerializedError, 'code' | 'message'>): string {
  const withoutFolders = message
    .replace(breakerSuffix, '')
    .slice(0, charactersMax)
    .replace(/\S+/g, word => word.slice(word.lastIndexOf('/') + 1));
  const stable = volatileParts.reduce((text, pattern) => text.replace(pattern, '#'), withoutFolders);
  const words = stable.replace(/\s+/g, ' ').trim().toLowerCase();
  return `${code}.${fnv1a(words).toString(16).padStart(8, '0')}`;
}
