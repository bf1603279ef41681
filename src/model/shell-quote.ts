/** A word as a POSIX shell takes it, whatever is in it. Characters that cannot be seen or typed go through `printf`. */
export function shellQuote(word: string): string {
  if (/^[\w./@:+-]+$/.test(word)) return word;
  if (invisible.test(word)) return `"$(printf '${octal(word)}')"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command with an operand that may begin with a dash: then it stands last, behind `--`. `flags` may be empty. */
export function appendOperand(command: string, operand: string, flags: string): string {
  const [rest, word] = [flags === '' ? '' : ` ${flags}`, shellQuote(operand)];
  return operand.startsWith('-') ? `${command}${rest} -- ${word}` : `${command} ${word}${rest}`;
}

/** Control characters, marks that turn the direction of text or hide in it, and line separators. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** As a format of `printf`, inside single quotes: every byte that is no plain letter, digit or sign as `\ooo`. */
function octal(word: string): string {
  return [...new TextEncoder().encode(word)]
    .map(byte => {
      const sign = String.fromCharCode(byte);
      return /[\w./@:+ -]/.test(sign) && byte < 128 ? sign : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
