import { stripVTControlCharacters } from 'node:util';

/** Control characters of both sets, and characters that change text direction or are invisible. */
const invisible =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Makes external text safe to print as one line: without escape sequences, control characters, line breaks. */
export function sanitizeLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\r\n\v\f]+/g, ' ')
    .replace(invisible, '')
    .trim();
}

/** The same for several lines: keeps line breaks and tabs, removes everything else that could move a cursor. */
export function sanitizeText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n/g, '\n')
    .replace(invisible, character => (character === '\n' || character === '\t' ? character : ''));
}

/** Makes one row safe to draw: like `sanitizeLine`, but keeps spaces and expands tabs. */
export function sanitizeRow(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', '    ')
    .replace(/[\r\n\v\f]+/g, ' ')
    .replace(invisible, '');
}

/** Returns the number of terminal columns that a line takes. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const sign of splitGraphemes(text)) columns += graphemeWidth(sign);
  return columns;
}

/** Truncates a line to a number of terminal columns, with an ellipsis. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let width = 1;
  let result = '';
  for (const sign of splitGraphemes(text)) {
    width += graphemeWidth(sign);
    if (width > columns) break;
    result += sign;
  }
  return `${result}…`;
}

/** Splits text into characters that occupy columns, each with its combining marks. */
export const splitGraphemes = (text: string): readonly string[] =>
  text.match(/(?:\p{Regional_Indicator}{2}|.)[\p{Mark}\p{Emoji_Modifier}]*/gsu) ?? [];

const wide =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;

/** Columns of a character: two for wide scripts and emoji, also for characters that U+FE0F turns into emoji. */
function graphemeWidth(sign: string): number {
  if (/^\p{Mark}/u.test(sign)) return 0;
  return wide.test(sign) || sign.includes('\ufe0f') ? 2 : 1;
}
