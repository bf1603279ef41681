import { commandHint, TroupeError } from '../../index.ts';
import { shortId } from '../../presentation/hints.ts';
import type { LogLabels } from '../../presentation/log-labels.ts';

/** Returns the id of the plan of a tree that a person names. @throws {TroupeError} USAGE when no plan, or more than one, has the name */
export function resolveSubplan(names: LogLabels, wanted: string, planId: string): string {
  const found = names.find(wanted);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const how = found.length === 0 ? 'No subplan is' : `${found.length} subplans are`;
  throw new TroupeError('USAGE', `${how} called "${wanted}"`, {
    where: `plan ${shortId(planId)}`,
    hints: [commandHint('plan tree', { planId: shortId(planId) })],
  });
}
