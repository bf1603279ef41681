const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** What is between the two: base64 and headers. Any other line is no longer part of a key. */
const keyContinues = /^\s*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)\s*$/;

/** Answers, for the lines of one text in order, what replaces a line of a private key; null for any other line. */
export function createKeyLineRedactor(): (line: string) => string | null {
  let inKey = false;
  return line => {
    if (inKey) {
      inKey = !keyEnds.test(line) && keyContinues.test(line);
      if (inKey || keyEnds.test(line)) return '[private key]';
    }
    inKey = keyBegins.test(line) && !keyEnds.test(line);
    return null;
  };
}
