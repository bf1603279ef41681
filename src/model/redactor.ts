import { mapStrings, redactAll } from './redact.ts';
import { throughSequences, withoutSequences } from './redact-escapes.ts';
import { createKeyLineRedactor } from './redact-private-key.ts';
import { redact } from './secrets.ts';

/** Shorter ones are part of too many words to be replaced in them. */
const valueCharactersMin = 6;

/**
 * Replaces secrets in whatever is written or shown: values that are known by `[value of NAME]`, and what has the shape of a
 * credential by the name of its kind. What holds no secret is answered as it is, the same object.
 */
export interface Redactor {
  text(text: string): string;
  /** All texts of a JSON value. */
  value<Value>(value: Value): Value;
  /** The same, but for known values only. */
  knownValues<Value>(value: Value): Value;
  /** For the lines of one text, in order: a private key is replaced with all its lines. */
  lines(): (line: string) => string;
  /** From now on these are known too, by the name that is shown in their place; values under six characters are not. */
  addSecrets(values: Readonly<Record<string, string>>): void;
}

/** @param known values by the name that is shown in their place; those shorter than six characters stay */
export function createRedactor(known: Readonly<Record<string, string>> = {}): Redactor {
  /** The spellings of each value, the longest first: one may be a part of another. */
  let values: (readonly [spelling: string, name: string])[] = [];
  const learn = (more: Readonly<Record<string, string>>) => {
    const spelt = Object.entries(more).flatMap(([name, value]) => spellings(value).map(each => [each, name] as const));
    values = [...new Map([...values, ...spelt])].sort(([left], [right]) => right.length - left.length);
  };
  const replaceIn = (text: string) =>
    values.reduce((rest, [spelling, name]) => rest.replaceAll(spelling, () => `[value of ${name}]`), text);
  const replaceKnown = (text: string) => throughSequences(text, replaceIn);
  const text = (whole: string) => throughSequences(whole, each => redact(replaceKnown(each), new Set()));
  learn(known);
  return {
    text,
    value: value => redactAll(mapStrings(value, replaceKnown), new Set()) as typeof value,
    knownValues: value => (values.length === 0 ? value : mapStrings(value, replaceKnown)) as typeof value,
    lines() {
      const replaceKey = createKeyLineRedactor();
      return line => replaceKey(withoutSequences(line)) ?? text(line);
    },
    addSecrets: learn,
  };
}

/** A value as programs print it: whole, line by line, within JSON, within an address. */
function spellings(value: string): string[] {
  const parts = [value, ...value.split(/\r?\n/)].map(part => part.trim());
  const spelt = parts.flatMap(part => [part, JSON.stringify(part).slice(1, -1), encoded(part)]);
  return [...new Set(spelt)].filter(part => part.length >= valueCharactersMin);
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair has no such spelling.
    return text;
  }
}
