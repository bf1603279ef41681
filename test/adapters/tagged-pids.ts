import { listTaggedProcesses } from '../../src/adapters/process/tagged-processes.ts';

/** The running processes with the tag. */
export async function taggedPids(
  marker: string,
  options: Parameters<typeof listTaggedProcesses>[0] = {},
): Promise<number[]> {
  return (await listTaggedProcesses(options)).filter(found => found.tag === marker).map(({ pid }) => pid);
}
