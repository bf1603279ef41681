import type { AgentEvent } from '../../../model/agent-event.ts';

/** Turns an agent's text into events, and keeps the last one: the summary of its work. */
export interface TextEvents {
  /** Returns no event for null. */
  of(text: string | null): AgentEvent[];
  /** The last text that is not blank; null before the first. */
  readonly last: string | null;
}

export function createTextEvents(): TextEvents {
  let last: string | null = null;
  return {
    of(text) {
      if (text === null) return [];
      if (text.trim() !== '') last = text;
      return [{ kind: 'text', text }];
    },
    get last() {
      return last;
    },
  };
}
