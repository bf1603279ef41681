import { isDeepStrictEqual } from 'node:util';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Redactor } from '../../model/redactor.ts';
import { placeholdersIn } from '../../model/secrets.ts';
import { isReadingTool, type ToolCall } from '../../model/tool.ts';
import type { Tool } from '../../ports/tool.ts';

/**
 * Replays recorded results to an agent after a crash. A redacted result is not what the agent got before: a read-only
 * tool is called again; for any other tool the agent gets the recorded text. A placeholder is not the secret, so a
 * call that would use it is refused.
 */
export interface ToolCallReplay {
  /** Returns what the agent gets for a call that was recorded. */
  resultOf(call: ToolCall, tool: Tool, retry: () => Promise<unknown>): Promise<unknown>;
  /** @throws {TroupeError} AGENT_FAILED when a new call would use a placeholder from a recorded answer */
  assertNoPlaceholders(tool: Tool, input: unknown): void;
}

export function createToolCallReplay({ redactor, log }: ToolCallReplayOptions): ToolCallReplay {
  const placeholders = new Set<string>();
  return {
    async resultOf(call, tool, retry) {
      if (call.redacted !== true) return call.result;
      if (isReadingTool(tool)) {
        const fresh = await retry().catch(() => call.result);
        if (isDeepStrictEqual(redactor.value(fresh), call.result)) return fresh;
      }
      for (const text of placeholdersIn(JSON.stringify(call.result))) placeholders.add(text);
      log(`${tool.name} is answered as it was recorded, without its secrets: they are not kept`);
      return call.result;
    },
    assertNoPlaceholders(tool, input) {
      if (placeholders.size === 0) return;
      const text = JSON.stringify(input) ?? '';
      const used = [...placeholders].find(each => text.includes(each));
      if (used === undefined) return;
      throw new TroupeError(
        'AGENT_FAILED',
        `${tool.name} was given ${used}, a placeholder for a secret of a recorded answer: secrets are not stored over a restart`,
        { where: tool.name, hints: [commandHint('plan execute'), commandHint('plan logs')] },
      );
    },
  };
}

interface ToolCallReplayOptions {
  redactor: Redactor;
  log(line: string): void;
}
