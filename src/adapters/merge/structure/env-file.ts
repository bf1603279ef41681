import type { TextRange } from './ranges.ts';

/** One assignment, as dotenv reads it: a value in quotes may go over several lines. */
const assignment =
  /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*(?:=|:[^\S\n])[^\S\n]*(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^\n]*)/gm;

/** The first variable that a file of variables (`.env`) sets more than once, and where; which of the two counts depends on the reader. */
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
