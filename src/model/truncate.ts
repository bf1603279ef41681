/** Where a text may be cut without a part of a word being left; a longer one is cut where it is. */
const wordMax = 500;
const wordBoundary = /[\s"',;|]/;

/** The beginning of a text, at most `max` characters: no part of a word at its end, which might be half of a secret. */
export function truncateEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  if (wordBoundary.test(text[max] ?? '')) return text.slice(0, max);
  for (let at = max; at > Math.max(0, max - wordMax); at--)
    if (wordBoundary.test(text[at - 1] ?? '')) return text.slice(0, at);
  return text.slice(0, max);
}

/** The end of a text, at most `max` characters: no part of a word at its beginning. */
export function truncateStart(text: string, max: number): string {
  return text.length <= max ? text : dropPartialWord(text.slice(-max), text[text.length - max - 1]);
}

/** A text that was cut off at its beginning, without the part of a word it begins with. `before`: the character before, if known. */
export function dropPartialWord(text: string, before = 'x'): string {
  if (wordBoundary.test(before)) return text;
  for (let at = 0; at < Math.min(text.length, wordMax); at++)
    if (wordBoundary.test(text[at] ?? '')) return text.slice(at + 1);
  return text;
}
