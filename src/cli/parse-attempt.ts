import { commandHint, TroupeError } from '../index.ts';

/** Returns the number of an attempt, or of attempts, from 1. @throws {TroupeError} USAGE */
export function parseAttempt(typed: string, command: string): number {
  if (/^[1-9]\d*$/.test(typed)) return Number(typed);
  throw new TroupeError('USAGE', `"${typed}" is not a number from 1`, {
    where: '--attempts',
    hints: [commandHint(`help ${command}`)],
  });
}
