import { Fault } from '../../model/fault.ts';

/** A failure of a tool that trying again does not mend. */
export function failed(path: string, message: string): Fault {
  return new Fault('TOOL_FAILED', message, { where: path, retriable: false, hints: ['troupe plan logs'] });
}

export const inTheWay = (path: string): Fault =>
  failed(path, `${path} cannot be written: a file stands where a folder is needed`);
