import type { TextRange } from './ranges.ts';

/** An error in a text, and the entries with it; none when only a parser noticed, which stopped. */
export interface SyntaxProblem {
  problem: string;
  places: TextRange[];
}
