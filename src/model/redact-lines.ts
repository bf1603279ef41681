import { redact } from './secrets.ts';

const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** What lies between the two: base64 and headers. Any other line is no longer part of a key. */
const keyGoesOn = /^\s*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)\s*$/;

/** Shorter ones stand in too many words to be taken out of them. */
const valueCharactersMin = 6;

/**
 * Takes secrets out of lines as they come: first the values that are known, by name, then whatever has the shape of one. A private
 * key goes with all its lines, so one redactor serves one text.
 *
 * @param known values by the name that is shown in their place; those shorter than six characters stay
 */
export function lineRedactor(known: Readonly<Record<string, string>>): (line: string) => string {
  const values = Object.entries(known)
    .flatMap(([name, value]) => value.split(/\r?\n/).map(part => [name, part.trim()] as const))
    .filter(([, part]) => part.length >= valueCharactersMin)
    // One may be a part of another.
    .sort(([, left], [, right]) => right.length - left.length);
  let inKey = false;
  return line => {
    if (inKey) {
      inKey = !keyEnds.test(line) && keyGoesOn.test(line);
      if (inKey || keyEnds.test(line)) return '[private key]';
    }
    inKey = keyBegins.test(line) && !keyEnds.test(line);
    const unknown = values.reduce((text, [name, value]) => text.replaceAll(value, () => `[value of ${name}]`), line);
    return redact(unknown, new Set());
  };
}
