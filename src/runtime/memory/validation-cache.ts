/**
 * Checks that passed, so that the same files are not checked twice: one row each, by a digest of what was checked, written
 * in the batch of the fact that tells of it. A failure is not remembered: what it missed may be there the next time.
 */
import * as z from 'zod';
import type { PlanEvent } from '../../model/event.ts';
import { ValidationResult } from '../../model/validation.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';

/** A check that passed, and when. */
export const CachedValidation = z.strictObject({ result: ValidationResult, at: z.string() });
export type CachedValidation = z.infer<typeof CachedValidation>;

export interface ValidationCache {
  /** The rows that a fact adds to the batch of its turn. */
  rowsFor(event: PlanEvent): Operation[];
}

/** So many are remembered; of more, those that passed first are forgotten. */
const cachedMax = 2_000;

export async function openValidationCache(store: Store): Promise<ValidationCache> {
  const stored: { at: string; checked: string }[] = [];
  for await (const [key, row] of store.entries(keys.validations))
    stored.push({ at: CachedValidation.safeParse(row).data?.at ?? '', checked: key.slice(keys.validations.length) });
  stored.sort((left, right) => (left.at < right.at ? -1 : 1));
  const keysByAge = new Set(stored.map(({ checked }) => checked));

  const put = (checked: string, value: CachedValidation): Operation[] => {
    keysByAge.delete(checked);
    keysByAge.add(checked);
    const [oldest = checked] = keysByAge;
    const put: Operation = { type: 'put', key: keys.validation(checked), value };
    if (keysByAge.size <= cachedMax) return [put];
    keysByAge.delete(oldest);
    return [put, { type: 'del', key: keys.validation(oldest) }];
  };

  return {
    rowsFor(event) {
      if (event.type !== 'validation.finished') return [];
      return event.results.flatMap(result =>
        result.passed && result.checked !== undefined && result.cached !== true
          ? put(result.checked, { result, at: event.at })
          : [],
      );
    },
  };
}
