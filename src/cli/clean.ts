import { stripVTControlCharacters } from 'node:util';

/** Control characters of both sets, and the marks that turn the direction of text or hide in it. */
const invisible = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** One line of somebody else's text, safe to print: no escape sequences, no control characters, no line breaks. */
export function cleanLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\r\n\v\f]+/g, ' ')
    .replace(invisible, '')
    .trim();
}

/** The same for text of several lines: line breaks and tabs stay, everything else that could move a cursor goes. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n/g, '\n')
    .replace(invisible, character => (character === '\n' || character === '\t' ? character : ''));
}

/** One row of a screen, safe to draw: what `cleanLine` leaves, with its spaces kept and tabs as wide as they are. */
export function cleanRow(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', '    ')
    .replace(/[\r\n\v\f]+/g, ' ')
    .replace(invisible, '');
}

/** Columns of a terminal that a line takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += width(character);
  return columns;
}

/** At most so many columns of a terminal, with an ellipsis where something was left out. */
export function truncate(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  const characters = [...text];
  let used = 1;
  let kept = '';
  for (const character of characters) {
    used += width(character);
    if (used > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Columns a terminal gives one character: none for marks, two for the wide scripts and pictures. */
function width(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
    character,
  )
    ? 2
    : 1;
}
