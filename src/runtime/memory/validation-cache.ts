/**
 * Caches validations that passed, so that the same files are not validated twice: one row each, by a digest of the
 * input, written in the batch of the event that reports it. Failures are not cached: the missing condition may be met
 * the next time.
 */
import * as z from 'zod';
import type { PlanEvent } from '../../model/event.ts';
import { ascending } from '../../model/text-order.ts';
import { ValidationResult } from '../../model/validation.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';

/** A validation that passed, and when. */
export const CachedValidation = z.strictObject({ result: ValidationResult, at: z.string() });
export type CachedValidation = z.infer<typeof CachedValidation>;

export interface ValidationCache {
  /** Returns the rows that an event adds to its batch. */
  rowsFor(event: PlanEvent): Operation[];
}

/** Maximum number of entries; beyond that, the oldest are removed. */
const cachedMax = 2_000;

export async function openValidationCache(store: Store): Promise<ValidationCache> {
  const stored: { at: string; checked: string }[] = [];
  for await (const [key, row] of store.entries(keys.validations))
    stored.push({ at: CachedValidation.safeParse(row).data?.at ?? '', checked: key.slice(keys.validations.length) });
  stored.sort(ascending(({ at }) => at));
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
      if (event.type !== 'validation.finished' && event.type !== 'bisection.tested') return [];
      return event.results.flatMap(result =>
        result.passed && result.checked !== undefined && result.cached !== true
          ? put(result.checked, { result, at: event.at })
          : [],
      );
    },
  };
}
