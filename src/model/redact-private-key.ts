const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** Lines of a private key: base64 and headers. */
const keyLine = /^\s*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)\s*$/;
/** Lines that are hardly anything else: a word or an empty line is not one. */
const certainKeyLine = /^\s*(?=.*[0-9+/=])[A-Za-z0-9+/=]{8,}\s*$/;

/** After so many other lines in a row, a key whose end did not come is over. */
const otherLinesMax = 20;

/**
 * Returns a function for the lines of one text, in order: it returns the replacement of a line of a private key, null
 * for any other line. Lines of other programs, and of another stream, may come between those of a key.
 */
export function createKeyLineRedactor(): (line: string) => string | null {
  /** Keys that began and did not end: two streams may print one at the same time. */
  let open = 0;
  let others = 0;
  let isMixed = false;
  return line => {
    const ends = keyEnds.test(line);
    if (keyBegins.test(line)) {
      if (ends) return null;
      open++;
      others = 0;
      return null;
    }
    if (open === 0) return null;
    if (ends || (isMixed ? certainKeyLine : keyLine).test(line)) {
      if (ends) open--;
      others = 0;
      isMixed &&= open > 0;
      return '[private key]';
    }
    isMixed = true;
    others++;
    if (others > otherLinesMax) open = 0;
    isMixed &&= open > 0;
    return null;
  };
}
