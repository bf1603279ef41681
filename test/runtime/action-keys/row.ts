import type { Scene } from './scene.ts';

/** One key of an action: what two of its values make happen, seen from outside. */
export interface Row<Value = unknown> {
  /** What is otherwise, as the end of the sentence that begins with the key. */
  decides: string;
  values: readonly Value[];
  /** Runs a plan with the value, and answers with what it did. */
  see(value: Value, scene: Scene): Promise<unknown>;
  /** What is seen with each of the values. */
  seen: readonly unknown[];
}

/** Rows by key, as `troupe help action` spells it. */
export type Rows = Record<string, Row>;

/** A row whose values are all of one type. */
export function row<Value>(decides: string, given: Omit<Row<Value>, 'decides'>): Row {
  return { decides, values: given.values, seen: given.seen, see: (value, scene) => given.see(value as Value, scene) };
}
