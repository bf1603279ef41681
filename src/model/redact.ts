import { redact } from './secrets.ts';

/** A JSON value with credentials taken out of all its texts; their names are added to `found`. */
export function redactAll(value: unknown, found: Set<string>): unknown {
  if (typeof value === 'string') return redact(value, found);
  if (Array.isArray(value)) return value.map(item => redactAll(item, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key, found), redactAll(item, found)]));
}
