/**
 * The log of the clients of OpenAI and Anthropic, which many agents are built on. With `OPENAI_LOG` and `ANTHROPIC_LOG` at `info` it
 * has a line for each request: the only word of a retry that such an agent makes in silence.
 */
import type { AgentEvent } from '../../../model/agent-event.ts';
import { retryEvent } from './failure-cause.ts';

/** The variables that make agents print it. */
export const clientLogEnvironment = { OPENAI_LOG: 'info', ANTHROPIC_LOG: 'info' } as const;

export interface ClientLogReader {
  /** The retries in a line; null if it is not of this log. */
  read(line: string): AgentEvent[] | null;
}

export function createClientLogReader(): ClientLogReader {
  let attempt = 0;
  let remainedBefore = 0;
  return {
    read(line) {
      if (!/^\[log_\w+/.test(line)) return null;
      const retry = /failed with status (\d+) .*retrying, (\d+) attempts? remaining/.exec(line);
      if (retry === null) return [];
      const remaining = Number(retry[2]);
      // A new request begins with all of its attempts.
      attempt = remaining < remainedBefore ? attempt + 1 : 1;
      remainedBefore = remaining;
      const status = Number(retry[1]);
      return [retryEvent({ message: `the service answered with status ${status}`, status, attempt, delayMs: null })];
    },
  };
}
