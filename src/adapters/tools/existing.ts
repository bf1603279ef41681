import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Fault } from '../../model/fault.ts';
import type { Confined } from './confine.ts';

/** The file there is. @throws {Fault} TOOL_FAILED when there is none, or something that is not a file. */
export async function existingFile({ path, file }: Confined): Promise<Stats> {
  const found = await stat(file).catch(() => null);
  if (found === null) throw failed(path, `There is no file ${path}`);
  if (!found.isFile()) throw failed(path, `${path} is not a file`);
  return found;
}

/** A failure that trying again does not mend. */
export function failed(path: string, message: string): Fault {
  return new Fault('TOOL_FAILED', message, { where: path, retriable: false, hints: ['troupe plan logs'] });
}
