import { commandHint, type Plan, type Troupe, TroupeError } from '../index.ts';
import { pluralize } from '../presentation/units.ts';

/** Returns the value of a flag that is a number of an attempt, or of attempts, from 1. @throws {TroupeError} USAGE */
export function parseAttempt(typed: string, { command, flag }: { command: string; flag: string }): number {
  if (/^[1-9]\d*$/.test(typed)) return Number(typed);
  throw new TroupeError('USAGE', `"${typed}" is not a number from 1`, {
    where: flag,
    hints: [commandHint(`help ${command}`)],
  });
}

/** Returns the plan of an attempt. @throws {TroupeError} USAGE when there is no such attempt */
export async function openAttempt(troupe: Troupe, plan: Plan, attempt: number): Promise<Plan> {
  const { attempts, subplanStatuses } = await plan.record();
  const child = attempts === undefined ? undefined : subplanStatuses[attempt - 1];
  if (child !== undefined) return troupe.get(child.planId);
  const count = attempts === undefined ? 0 : subplanStatuses.length;
  throw new TroupeError('USAGE', `There is no attempt ${attempt}; the plan has ${pluralize(count, 'attempt')}`, {
    where: 'attempt',
    hints: [commandHint('plan tree', { planId: plan.id })],
  });
}
