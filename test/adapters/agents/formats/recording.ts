import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AgentReaderOptions } from '../../../../src/adapters/agents/formats/agent-reader.ts';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';
import type { AgentEvent } from '../../../../src/model/agent-event.ts';

type Format = keyof typeof readers;

/** Returns the lines of a recording; its file name starts with the name of the agent. */
export function recordedLines(name: string): string[] {
  const file = fileURLToPath(new URL(`../recordings/${name}.jsonl`, import.meta.url));
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** Returns the events that a reader finds in the lines, in order. */
export function eventsIn(
  format: Format,
  lines: readonly string[],
  options: Partial<AgentReaderOptions> = {},
): AgentEvent[] {
  const reader = readers[format]({ directory: '/project', ...options });
  return [...lines.flatMap(line => reader.read(line) ?? []), ...reader.close()];
}

/** Without sessions, which have their own tests. */
export function workIn(format: Format, lines: readonly string[]): AgentEvent[] {
  return eventsIn(format, lines).filter(({ kind }) => kind !== 'session');
}

/** Adds up the usage in events. */
export function usedIn(events: readonly AgentEvent[]): { tokens: number; usd: number } {
  const used = { tokens: 0, usd: 0 };
  for (const event of events) {
    if (event.kind !== 'usage') continue;
    used.tokens += event.usage.tokens ?? 0;
    used.usd += event.usage.usd ?? 0;
  }
  return used;
}

export const jsonLines = (...values: object[]): string[] => values.map(value => JSON.stringify(value));
