import type { Invariant } from '../model/invariant.ts';
import { defaultFunctionOf } from './module.ts';

type Question = { directory: string; files: string[]; invariant: Invariant };
type Rule = (question: Question) => unknown;

const unavailable = { code: 'FILE_NOT_FOUND', hints: ['troupe invariant list', 'troupe help action'] } as const;

/**
 * Asks a module whether an invariant holds: its default export gets `{directory, files, invariant}` and answers true, or
 * a sentence on what is wrong.
 * @throws {Fault} FILE_NOT_FOUND when the module cannot be loaded or exports no function
 */
export async function askModule(module: string, from: string, question: Question): Promise<true | string> {
  const rule = (await defaultFunctionOf(module, from, unavailable)) as Rule;
  const answer = await rule(question);
  return answer === true ? true : typeof answer === 'string' ? answer : `${module} answered ${JSON.stringify(answer)}`;
}
