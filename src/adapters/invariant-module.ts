import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../model/fault.ts';
import type { Invariant } from '../model/invariant.ts';

/**
 * Asks a module whether an invariant holds: its default export gets `{directory, files, invariant}` and answers true, or
 * a sentence on what is wrong.
 * @throws {Fault} FILE_NOT_FOUND when the module cannot be loaded or exports no function
 */
export async function askModule(
  module: string,
  from: string,
  question: { directory: string; files: string[]; invariant: Invariant },
): Promise<true | string> {
  const path = isAbsolute(module) ? module : resolve(from, module);
  const loaded = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new Fault('FILE_NOT_FOUND', `The invariant's module ${path} cannot be loaded`, { where: path, cause });
  });
  if (typeof loaded.default !== 'function') {
    throw new Fault('FILE_NOT_FOUND', `The invariant's module ${path} has no default export that is a function`, {
      where: path,
    });
  }
  const answer: unknown = await loaded.default(question);
  return answer === true ? true : typeof answer === 'string' ? answer : `${module} answered ${JSON.stringify(answer)}`;
}
