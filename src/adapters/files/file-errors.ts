import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';

/** Returns a tool error that a retry does not fix. */
export function fileError(path: string, message: string): TroupeError {
  return new TroupeError('TOOL_FAILED', message, { where: path, retriable: false, hints: [commandHint('plan logs')] });
}

export const notADirectoryError = (path: string): TroupeError =>
  fileError(path, `${path} cannot be written: there is a file where a folder is needed`);
