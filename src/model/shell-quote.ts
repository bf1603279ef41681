/** Quotes a word for a POSIX shell. Characters that cannot be seen or typed go through `printf`. */
export function shellQuote(word: string): string {
  if (/^[\w./@:+-]+$/.test(word)) return word;
  if (invisible.test(word)) return `"$(printf '${octal(word)}')"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Control characters, characters that change text direction or are invisible, and line separators. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Encodes for `printf`, inside single quotes: every byte that is not a plain letter, digit or sign as `\ooo`. */
function octal(word: string): string {
  return [...new TextEncoder().encode(word)]
    .map(byte => {
      const sign = String.fromCharCode(byte);
      return /[\w./@:+ -]/.test(sign) && byte < 128 ? sign : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
