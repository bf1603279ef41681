import { census } from '../../src/adapters/process/marked.ts';

/** The processes that carry the marker now. */
export async function marked(marker: string, options: Parameters<typeof census>[0] = {}): Promise<number[]> {
  return (await census(options)).filter(found => found.marker === marker).map(({ pid }) => pid);
}
