/** A question as rows of a screen, the last one with the typed answer. */

import type { Colors } from '../../presentation/colors.ts';
import { displayWidth, splitGraphemes, truncate } from '../../presentation/sanitize.ts';

export interface ShownQuestion {
  /** Several lines; the answer follows the last. */
  question: string;
  typed: string;
}

export interface QuestionLayout {
  paint: Colors;
  columns: number;
  height: number;
  /** Number of questions waiting behind it. */
  more: number;
}

/** Returns rows that fit the screen: the middle of a long question is omitted. */
export function questionRows(
  { question, typed }: ShownQuestion,
  { paint, columns, height, more }: QuestionLayout,
): string[] {
  const lines = question.split('\n');
  const prompt = lines.pop() ?? '';
  const wrapped = lines.flatMap(line => wrapLine(line, columns));
  if (more > 0) wrapped.push(`  ${more} more ${more === 1 ? 'question waits' : 'questions wait'} behind this one`);
  const most = Math.max(1, height - 2);
  const shown =
    wrapped.length > most ? [...wrapped.slice(0, most - 1), `  … ${wrapped.length - most + 1} lines more`] : wrapped;
  const words = truncate(prompt, columns - 10);
  return [
    ...shown.map((line, index) => (index === 0 ? paint.yellow(line) : line)),
    `${paint.bold(words)}${visibleEnd(typed, columns - displayWidth(words) - 1)}`,
  ];
}

/** Wraps a line, keeping its indentation. */
function wrapLine(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const rows: string[] = [];
  let row = '';
  for (const sign of splitGraphemes(line)) {
    if (displayWidth(row + sign) > columns) {
      rows.push(row);
      row = indent;
    }
    row += sign;
  }
  return [...rows, row];
}

/** The end of the typed text, next to the cursor. */
function visibleEnd(text: string, columns: number): string {
  let kept = '';
  for (const sign of [...splitGraphemes(text)].reverse()) {
    if (displayWidth(sign + kept) > columns) break;
    kept = sign + kept;
  }
  return kept;
}
