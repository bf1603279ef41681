import { isPasswordKey, isPasswordValue } from './credential-patterns.ts';
import { redact } from './secrets.ts';

/**
 * Replaces credentials in all strings of a JSON value; adds their names to `found`. Returns the same object when
 * there is none.
 */
export function redactAll(value: unknown, found: Set<string>): unknown {
  return mapStrings(
    value,
    text => redact(text, found),
    (key, text) => {
      if (!isPasswordKey(key) || !isPasswordValue(text)) return text;
      found.add('password');
      return '[password]';
    },
  );
}

/**
 * Maps all strings of a JSON value, field names included, with `clean`, then strings in fields with `ofField`.
 * Unchanged parts stay the same objects.
 */
export function mapStrings(
  value: unknown,
  clean: (text: string) => string,
  ofField: (key: string, text: string) => string = (_, text) => text,
): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(item => mapStrings(item, clean, ofField));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  const entries = Object.entries(value);
  const done = entries.map(([key, item]) => {
    const mapped = mapStrings(item, clean, ofField);
    return [clean(key), typeof mapped === 'string' ? ofField(key, mapped) : mapped] as const;
  });
  const isSame = done.every(([key, item], at) => key === entries[at]?.[0] && item === entries[at]?.[1]);
  return isSame ? value : Object.fromEntries(done);
}
