/**
 * Checks that passed, so that the same files are not checked twice: one row each, by a digest of what was checked, written
 * in the batch of the fact that tells of it. A failure is not remembered: what it missed may be there the next time.
 */
import * as z from 'zod';
import type { PlanEvent } from '../model/event.ts';
import { ValidationResult } from '../model/validation.ts';
import type { Operation, Store } from '../ports/store.ts';
import { keys } from './keys.ts';

/** A check that passed, and when. */
export const Pass = z.strictObject({ result: ValidationResult, at: z.string() });
export type Pass = z.infer<typeof Pass>;

export interface Passes {
  /** The rows that a fact adds to the batch of its turn. */
  rowsOf(fact: PlanEvent): Operation[];
}

/** So many are remembered; of more, those that passed first are forgotten. */
const passesMax = 2_000;

export async function passesOf(store: Store): Promise<Passes> {
  const known: { at: string; checked: string }[] = [];
  for await (const [key, row] of store.entries(keys.passes))
    known.push({ at: Pass.safeParse(row).data?.at ?? '', checked: key.slice(keys.passes.length) });
  known.sort((left, right) => (left.at < right.at ? -1 : 1));
  const order = new Set(known.map(({ checked }) => checked));

  const keep = (checked: string, value: Pass): Operation[] => {
    order.delete(checked);
    order.add(checked);
    const [oldest = checked] = order;
    const put: Operation = { type: 'put', key: keys.pass(checked), value };
    if (order.size <= passesMax) return [put];
    order.delete(oldest);
    return [put, { type: 'del', key: keys.pass(oldest) }];
  };

  return {
    rowsOf(fact) {
      if (fact.type !== 'validation.finished') return [];
      return fact.results.flatMap(result =>
        result.passed && result.checked !== undefined && result.cached !== true
          ? keep(result.checked, { result, at: fact.at })
          : [],
      );
    },
  };
}
