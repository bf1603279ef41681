import type { AgentEvent } from '../../../model/agent-event.ts';
import type { AgentUsage } from '../../../model/budget.ts';
import type { TokenCounts } from '../../../model/price.ts';

/** Reads the output of one run of an agent, line by line. */
export interface AgentReader {
  /** Returns the events of a line; null if the line is not in the format. */
  read(line: string): AgentEvent[] | null;
  /** Returns the events of a line on standard error, for agents that report some only there. */
  readError?(line: string): AgentEvent[] | null;
  /** Returns the events of the file in which it writes its usage, for agents that report it only there. */
  readUsage?(text: string): AgentEvent[];
  /** Returns the events of text that has no line end yet. */
  close(): AgentEvent[];
}

export interface AgentReaderOptions {
  /** The folder it works in; paths below it are shown relative to it. */
  directory: string;
  /** The id that a new session was given; null if it continues one. @default the agent chooses it */
  newSession?: string | null | undefined;
  /** What earlier runs of the session used, for agents whose totals include it. @default nothing */
  usageBefore?: AgentUsage | undefined;
  /**
   * Returns the cost of tokens in US dollars, for an agent that does not report it; null if the price is not known. An unknown
   * model, or null, counts as the one that the agent was started with. @default no price is known
   */
  price?: PriceTokens | undefined;
}

export type PriceTokens = (tokens: TokenCounts, model: string | null) => number | null;

export type CreateAgentReader = (options: AgentReaderOptions) => AgentReader;
