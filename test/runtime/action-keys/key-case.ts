import type { KeyFixture } from './key-fixture.ts';

/** One key of an action: what two of its values make happen, seen from outside. */
export interface KeyCase<Value = unknown> {
  /** What is otherwise, as the end of the sentence that begins with the key. */
  decides: string;
  values: readonly Value[];
  /** Runs a plan with the value, and answers with what it did. */
  observe(value: Value, fixture: KeyFixture): Promise<unknown>;
  /** What is seen with each of the values. */
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
