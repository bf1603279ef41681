/** How something ended that another process waits for, as plain JSON. */
import { type SerializedError, TroupeError } from '../../model/errors.ts';

export type Outcome<Value> = { value: Value; error?: undefined } | { error: SerializedError; value?: undefined };

/** Returns what `act` returns, or its error. */
export async function outcomeOf<Value>(act: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await act() };
  } catch (thrown) {
    return { error: TroupeError.serialize(thrown) };
  }
}

/** Returns the value, or throws the error. @throws {TroupeError} */
export function resultOf<Value>({ value, error }: Outcome<Value>): Value {
  if (error !== undefined) throw TroupeError.deserialize(error);
  return value as Value;
}
