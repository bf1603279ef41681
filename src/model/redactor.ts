import { mapStrings, redactAll } from './redact.ts';
import { throughSequences, withoutSequences } from './redact-escapes.ts';
import { createKeyLineRedactor } from './redact-private-key.ts';
import { redact } from './secrets.ts';

/** Shorter values occur in too many words to be replaced. */
const valueCharactersMin = 6;

/**
 * Replaces secrets in everything that is written or shown: known values by `[value of NAME]`, credential patterns by
 * the name of their kind. A value without secrets is returned as the same object.
 */
export interface Redactor {
  text(text: string): string;
  /** Redacts all strings of a JSON value. */
  value<Value>(value: Value): Value;
  /** The same, but only for known values. */
  knownValues<Value>(value: Value): Value;
  /** Returns a function for the lines of one text, in order: it replaces all lines of a private key. */
  lines(): (line: string) => string;
  /** Adds known values, by the name shown in their place; values shorter than six characters are ignored. */
  addSecrets(values: Readonly<Record<string, string>>): void;
}

/**
 * Creates a redactor.
 * @param known values by the name that is shown in their place; values shorter than six characters are ignored
 */
export function createRedactor(known: Readonly<Record<string, string>> = {}): Redactor {
  /** The spellings of each value, longest first, since one may contain another. */
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

/** A value as programs print it: whole, line by line, within JSON, within a URL. */
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
