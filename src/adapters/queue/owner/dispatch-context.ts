import type { Agents } from '../../../ports/agent.ts';
import type { OwnerExchange } from '../../../ports/exchange.ts';
import type { JobBoard } from './job-board.ts';

/** What the dispatch of one piece of work uses. */
export interface DispatchContext {
  board: JobBoard;
  agents: Agents;
  /** null: work on files stays here. */
  exchange: OwnerExchange | null;
  /** The root of the project. */
  root: string;
  /** All work needs workers with these labels. */
  labels: readonly string[];
  /** After the result of some work is recorded: removes its job, once that has ended, and its trees in the exchange. */
  forget(planId: string, key: string, ended?: Promise<unknown>): void;
}
