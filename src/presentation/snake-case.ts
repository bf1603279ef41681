import type { Hint } from '../model/command-hint.ts';
import { formatHint } from './hints.ts';

/** Keys whose values are user data and stay unchanged. */
const verbatimKeys = new Set([
  'arguments',
  'details',
  'engines',
  'env',
  'errorDetails',
  'estimate',
  'executionEnvironment',
  'input',
  'payload',
  'result',
]);

/** Returns a value with all keys in snake_case, for JSON output. */
export function toSnakeCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCaseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      toSnakeCase(key),
      verbatimKeys.has(key) ? inner : key === 'hints' ? (inner as Hint[]).map(hintData) : toSnakeCaseKeys(inner),
    ]),
  );
}

/** A hint in a document for programs: the line to type as `text`, and a command of Troupe as data, too. */
export function hintData(hint: Hint): { text: string } {
  return toSnakeCaseKeys(typeof hint === 'string' ? { text: hint } : { text: formatHint(hint), ...hint }) as {
    text: string;
  };
}

export function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
