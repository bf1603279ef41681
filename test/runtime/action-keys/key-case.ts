import type { KeyFixture } from './key-fixture.ts';

/** One key of an action: the observable effect of two of its values. */
export interface KeyCase<Value = unknown> {
  /** The effect, as the end of a sentence that starts with the key. */
  decides: string;
  values: readonly Value[];
  /** Runs a plan with the value, and returns what it did. */
  observe(value: Value, fixture: KeyFixture): Promise<unknown>;
  /** The observation for each of the values. */
  expected: readonly unknown[];
}

/** Rows by key, as `troupe help action` spells it. */
export type KeyCases = Record<string, KeyCase>;

/** A row whose values are all of one type. */
export function keyCase<Value>(decides: string, given: Omit<KeyCase<Value>, 'decides'>): KeyCase {
  return {
    decides,
    values: given.values,
    expected: given.expected,
    observe: (value, fixture) => given.observe(value as Value, fixture),
  };
}
