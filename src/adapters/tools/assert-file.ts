import type { SandboxFile } from '../../ports/files.ts';
import { fileError } from '../files/file-errors.ts';

/** @throws {TroupeError} TOOL_FAILED when the path is missing or not a file */
export function assertFile({ path, kind }: SandboxFile): void {
  if (kind === null) throw fileError(path, `There is no file ${path}`);
  if (kind !== 'file') throw fileError(path, `${path} is not a file`);
}
