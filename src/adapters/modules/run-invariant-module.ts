import { commandHint } from '../../model/command-hint.ts';
import type { Invariant } from '../../model/invariant.ts';
import { loadDefaultFunction } from './load-module.ts';

type InvariantInput = { directory: string; files: string[]; invariant: Invariant };
type InvariantFunction = (question: InvariantInput) => unknown;

const unavailable = {
  code: 'FILE_NOT_FOUND',
  hints: [commandHint('invariant list'), commandHint('help action')],
} as const;

/**
 * Runs an invariant's module: its default export gets `{directory, files, invariant}` and returns true, or a sentence
 * that describes the violation.
 * @throws {TroupeError} FILE_NOT_FOUND when the module cannot be loaded or exports no function
 */
export async function runInvariantModule(
  module: string,
  from: string,
  question: InvariantInput,
): Promise<true | string> {
  const rule = (await loadDefaultFunction(module, from, unavailable)) as InvariantFunction;
  const answer = await rule(question);
  return answer === true ? true : typeof answer === 'string' ? answer : `${module} answered ${JSON.stringify(answer)}`;
}
