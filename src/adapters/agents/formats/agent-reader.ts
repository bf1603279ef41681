import type { AgentEvent } from '../../../model/agent-event.ts';

/** Reads what one run of an agent prints, line by line. */
export interface AgentReader {
  /** What a line says; null where it is no line of the format. */
  read(line: string): AgentEvent[] | null;
  /** What a line on standard error says, for agents that tell something there alone. */
  readError?(line: string): AgentEvent[] | null;
  /** What was held back until more would come. */
  close(): AgentEvent[];
}

export interface AgentReaderOptions {
  /** The folder it works in: paths below it are shown from there. */
  directory: string;
  /** Tokens an earlier run of the same session told, for agents that count on from there. @default 0 */
  tokensBefore?: number;
}

export type CreateAgentReader = (options: AgentReaderOptions) => AgentReader;
