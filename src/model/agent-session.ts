/**
 * Sessions of agents that are programs: an agent stores the conversation of a run under an id, and a later run can continue
 * it. What it has read and decided is then paid for once.
 */
import type { AgentRole } from './agent.ts';
import type { BudgetUsage } from './budget.ts';

/** A session as a run recorded it. */
export interface AgentSession {
  sessionId: string;
  /** The name of the agent in the plan. */
  agent: string;
  /** The program that has the session, such as `claude`. */
  program: string;
  role: AgentRole;
  attempt: number;
  /** The folder in which it worked. Most agents find a session only there. */
  directory: string;
  /** Identifies the last run: the key of its task. */
  run: string;
  /** How the last run ended. `working`: it did not, or nothing recorded its end. `lost`: the agent does not have the session. */
  state: 'working' | 'ended' | 'failed' | 'lost';
  /** Failed runs since the last one that ended well. */
  failures: number;
  /** What all runs of the session used. */
  usage: Pick<BudgetUsage, 'tokens' | 'usd'>;
  /** Digests of what its prompts contained: it is not repeated. */
  given: readonly string[];
}

/** A session as it is stored: its last state. */
export type RecordedSession = AgentSession & { sequence: number; recordedAt: string };

/** Ids are arguments of a command line: nothing that could be an option. */
const idPattern = /^\w[\w.:-]{0,199}$/;

export const isSessionId = (id: string): boolean => idPattern.test(id);
