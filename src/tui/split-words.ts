/** Splits off the first word; both parts are empty for empty text. */
export function splitFirstWord(typed: string): { word: string; rest: string } {
  const text = typed.trim();
  const end = text.search(/\s|$/);
  return { word: text.slice(0, end), rest: text.slice(end).trim() };
}
