const escapeByte = '\u001b';
/** The two characters that begin a sequence, as bytes of a terminal and as JSON and shells spell them. */
const begins = `${escapeByte}\\[|\u009b|\\\\(?:u001[bB]|x1[bB]|033|e)\\[`;
/** One that colours text or moves the cursor, or a link. */
const sequence = new RegExp(
  `((?:${begins})[0-?]{0,64}[ -/]{0,8}[@-~]|${escapeByte}\\][^${escapeByte}\u0007\n]{0,2000}(?:\u0007|${escapeByte}\\\\))`,
);
const everySequence = new RegExp(sequence.source, 'g');

/** Most texts are done with one look. */
const hint = new RegExp(`${begins}|${escapeByte}\\]`);

export const withoutSequences = (text: string): string => (hint.test(text) ? text.replace(everySequence, '') : text);

/**
 * What `clean` makes of a text that may be coloured: a sequence ends with a letter and would join the word behind it, or it cuts
 * a word in pieces. What is between two sequences is cleaned on its own and keeps its colours; where a secret is left after that,
 * the text comes without them.
 */
export function throughSequences(text: string, clean: (text: string) => string): string {
  if (!hint.test(text)) return clean(text);
  // Split by an expression with one group: sequences are at the odd places.
  const pieces = text.split(sequence);
  const coloured = pieces.map((piece, at) => (at % 2 === 1 ? piece : clean(piece))).join('');
  const plain = withoutSequences(coloured);
  const cleaned = clean(plain);
  return cleaned === plain ? coloured : cleaned;
}
