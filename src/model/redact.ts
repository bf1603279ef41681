import { isPasswordKey, isPasswordValue } from './credential-patterns.ts';
import { redact } from './secrets.ts';

/** A JSON value with credentials replaced in all its texts; their names are added to `found`. What holds none is the same object. */
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
 * A JSON value with each text, names of fields included, as `clean` answers it. `ofField` is asked after that about a text that a
 * field holds. A part in which nothing changes is the same object as before.
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
