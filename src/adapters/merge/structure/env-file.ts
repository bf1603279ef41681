import type { TextRange } from './ranges.ts';

/** One assignment, as dotenv parses it: a quoted value may span several lines. */
const assignment =
  /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*(?:=|:[^\S\n])[^\S\n]*(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^\n]*)/gm;

/** Returns the first variable that a `.env` file sets more than once, and where; which value counts depends on the parser. */
export function repeatedVariable(text: string): { name: string; places: TextRange[] } | null {
  const found = new Map<string, TextRange[]>();
  for (const match of text.matchAll(assignment)) {
    const name = match[1] as string;
    const place = { from: match.index, to: match.index + match[0].length };
    found.set(name, [...(found.get(name) ?? []), place]);
  }
  for (const [name, places] of found) if (places.length > 1) return { name, places };
  return null;
}
