import { isDeepStrictEqual } from 'node:util';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Redactor } from '../../model/redactor.ts';
import { placeholdersIn } from '../../model/secrets.ts';
import type { ToolCall } from '../../model/tool.ts';
import type { Tool } from '../../ports/tool.ts';

/**
 * Replays recorded results to an agent after a crash. A redacted result is not what the agent got before: a read-only
 * tool is called again; for any other tool the agent gets the recorded text. A placeholder is not the secret, so a
 * call that would use it is refused.
 */
export class ToolCallReplay {
  readonly #redactor: Redactor;
  readonly #log: (line: string) => void;
  readonly #placeholders = new Set<string>();

  constructor({ redactor, log }: { redactor: Redactor; log: (line: string) => void }) {
    this.#redactor = redactor;
    this.#log = log;
  }

  async resultOf(call: ToolCall, tool: Tool, retry: () => Promise<unknown>): Promise<unknown> {
    if (call.redacted !== true) return call.result;
    if (tool.sideEffects.every(effect => effect === 'read_files')) {
      const fresh = await retry().catch(() => call.result);
      if (isDeepStrictEqual(this.#redactor.value(fresh), call.result)) return fresh;
    }
    for (const text of placeholdersIn(JSON.stringify(call.result))) this.#placeholders.add(text);
    this.#log(`${tool.name} is answered as it was recorded, without its secrets: they are not kept`);
    return call.result;
  }

  /** @throws {TroupeError} AGENT_FAILED when a new call would use a placeholder from a recorded answer */
  assertNoPlaceholders(tool: Tool, input: unknown): void {
    if (this.#placeholders.size === 0) return;
    const text = JSON.stringify(input) ?? '';
    const used = [...this.#placeholders].find(each => text.includes(each));
    if (used === undefined) return;
    throw new TroupeError(
      'AGENT_FAILED',
      `${tool.name} was given ${used}, a placeholder for a secret of a recorded answer: secrets are not stored over a restart`,
      { where: tool.name, hints: [commandHint('plan execute'), commandHint('plan logs')] },
    );
  }
}
