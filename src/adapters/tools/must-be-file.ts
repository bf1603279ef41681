import type { FilePlace } from '../../ports/files.ts';
import { failed } from '../files/failed.ts';

/** @throws {Fault} TOOL_FAILED when there is none, or something that is not a file */
export function mustBeFile({ path, kind }: FilePlace): void {
  if (kind === null) throw failed(path, `There is no file ${path}`);
  if (kind !== 'file') throw failed(path, `${path} is not a file`);
}
