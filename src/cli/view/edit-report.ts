import type { EditReport } from '../../index.ts';
import { cleanLine } from '../clean.ts';

/** What a new revision of a strategy changes, a line each. */
export function changesIn({ changed, added, withdrawn }: EditReport): string[] {
  return [
    ...changed.map(({ from, to }) => `changed    ${cleanLine(from.chosenOption)} → ${cleanLine(to.chosenOption)}`),
    ...added.map(({ chosenOption }) => `added      ${cleanLine(chosenOption)}`),
    ...withdrawn.map(({ chosenOption }) => `withdrawn  ${cleanLine(chosenOption)}`),
  ];
}
