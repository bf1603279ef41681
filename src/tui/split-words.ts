/** The first word of what was typed, and what follows it; both empty where nothing was. */
export function splitFirstWord(typed: string): { word: string; rest: string } {
  const text = typed.trim();
  const end = text.search(/\s|$/);
  return { word: text.slice(0, end), rest: text.slice(end).trim() };
}
