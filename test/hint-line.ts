/** Hints in assertions: the line that a person types, whether the hint is data, text, or part of a document for programs. */
import type { Hint } from '../src/index.ts';
import { formatHint, shortId } from '../src/presentation/hints.ts';

type AnyHint = Hint | { text: string };

export const lineOfHint = (hint: AnyHint): string =>
  typeof hint === 'object' && 'text' in hint ? hint.text : formatHint(hint);

/** Ids are shown by their end, whatever the length in an assertion. */
const withShortIds = (line: string) => line.replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, shortId);

/** Matches a hint by its line: all of it, or what a pattern finds in it. */
export function hintLine(line: string | RegExp) {
  return {
    asymmetricMatch(actual: unknown): boolean {
      if (typeof actual !== 'string' && (typeof actual !== 'object' || actual === null)) return false;
      const shown = lineOfHint(actual as AnyHint);
      return typeof line === 'string' ? shown === withShortIds(line) : line.test(shown);
    },
    toString: () => 'hintLine',
    toAsymmetricMatcher: () => `hintLine<${line}>`,
  };
}
