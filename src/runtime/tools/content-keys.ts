import { sha256 } from '../../model/sha256.ts';
import type { Tool } from '../../ports/tool.ts';
import type { ToolRunnerOptions } from './tool-runner-options.ts';

/**
 * Returns the keys of calls that are found by their content: the tool, the input, and how often the same call was made. A
 * checkpoint is of the files, so their tree belongs to its content: a crash between two equal calls confuses no two states.
 */
export function createContentKeys({ tree }: Pick<ToolRunnerOptions, 'tree'>) {
  const times = new Map<string, number>();
  return async ({ name, sideEffects }: Tool, input: unknown): Promise<string> => {
    const files = sideEffects.includes('create_checkpoint') ? ((await tree?.()) ?? '') : '';
    const content = await sha256(JSON.stringify([name, input, files]));
    const time = times.get(content) ?? 0;
    times.set(content, time + 1);
    return `${content.slice(0, 32)}-${time}`;
  };
}
