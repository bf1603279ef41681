const escapeByte = '\u001b';
/** The two characters that start an escape sequence, as bytes of a terminal and as JSON and shells spell them. */
const begins = `${escapeByte}\\[|\u009b|\\\\(?:u001[bB]|x1[bB]|033|e)\\[`;
/** A sequence that colors text or moves the cursor, or a link. */
const sequence = new RegExp(
  `((?:${begins})[0-?]{0,64}[ -/]{0,8}[@-~]|${escapeByte}\\][^${escapeByte}\u0007\n]{0,2000}(?:\u0007|${escapeByte}\\\\))`,
);
const everySequence = new RegExp(sequence.source, 'g');

/** A quick test that most texts fail. */
const hint = new RegExp(`${begins}|${escapeByte}\\]`);

export const withoutSequences = (text: string): string => (hint.test(text) ? text.replace(everySequence, '') : text);

/**
 * Applies `clean` to a text that may contain escape sequences: a sequence ends with a letter and would join the next
 * word, or it splits a word. The text between two sequences is cleaned separately and keeps its colors; if a secret
 * remains after that, the text is returned without colors.
 */
export function throughSequences(text: string, clean: (text: string) => string): string {
  if (!hint.test(text)) return clean(text);
  // Split by an expression with one group: sequences are at odd indexes.
  const pieces = text.split(sequence);
  const coloured = pieces.map((piece, at) => (at % 2 === 1 ? piece : clean(piece))).join('');
  const plain = withoutSequences(coloured);
  const cleaned = clean(plain);
  return cleaned === plain ? coloured : cleaned;
}
