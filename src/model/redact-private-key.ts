const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** Lines of a private key: base64 and headers. Any other line ends it. */
const keyContinues = /^\s*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)\s*$/;

/**
 * Returns a function for the lines of one text, in order: it returns the replacement of a line of a private key, null
 * for any other line.
 */
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
