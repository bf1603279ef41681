/** Truncation avoids cutting words up to this length; a longer word is cut. */
const wordMax = 500;
const wordBoundary = /[\s"',;|]/;

/**
 * Returns the start of a text, at most `max` characters, without a partial word at its end, which could be half of a
 * secret.
 */
export function truncateEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  if (wordBoundary.test(text[max] ?? '')) return text.slice(0, max);
  for (let at = max; at > Math.max(0, max - wordMax); at--)
    if (wordBoundary.test(text[at - 1] ?? '')) return text.slice(0, at);
  return text.slice(0, max);
}

/** Returns the end of a text, at most `max` characters, without a partial word at its start. */
export function truncateStart(text: string, max: number): string {
  return text.length <= max ? text : dropPartialWord(text.slice(-max), text[text.length - max - 1]);
}

/** Removes the partial word at the start of a truncated text. `before`: the preceding character, if known. */
export function dropPartialWord(text: string, before = 'x'): string {
  if (wordBoundary.test(before)) return text;
  for (let at = 0; at < Math.min(text.length, wordMax); at++)
    if (wordBoundary.test(text[at] ?? '')) return text.slice(at + 1);
  return text;
}
