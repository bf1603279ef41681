import type { StrategyEditReport } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** Formats the changes of a new revision of a strategy, one line each. */
export function formatStrategyChanges({ changed, added, withdrawn }: StrategyEditReport): string[] {
  return [
    ...changed.map(
      ({ from, to }) => `changed    ${sanitizeLine(from.chosenOption)} → ${sanitizeLine(to.chosenOption)}`,
    ),
    ...added.map(({ chosenOption }) => `added      ${sanitizeLine(chosenOption)}`),
    ...withdrawn.map(({ chosenOption }) => `withdrawn  ${sanitizeLine(chosenOption)}`),
  ];
}
