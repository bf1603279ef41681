import { Fault } from '../index.ts';

/** What may go wrong; anything else is a bug, and is thrown again. */
export function expected(thrown: unknown): Fault {
  if (Fault.is(thrown)) return thrown;
  throw thrown;
}
