import type { AgentUsage } from '../model/budget.ts';
import type { TroupeError } from '../model/errors.ts';
import type { PlanSpec } from '../model/plan.ts';

/** What one agent spends while it is at work. Whatever it spends, its plan spends, and the plans above. */
export interface BudgetLease {
  /** Why there may be no more tool calls; null begins one, which counts for everybody until it ends. */
  call(): TroupeError | null;
  /** The call that was begun was made, or came to nothing. */
  called(wasMade: boolean): void;
  addUsage(usage: AgentUsage): void;
  /** It waits for a person, which is free, until what is answered is called. */
  pauseClock(): () => void;
  /** The work is over; answers how many seconds it took. */
  close(): number;
}

export interface BudgetTracker {
  /**
   * An agent of this plan begins. `stop` is called once, when a budget is used up while it works.
   * @throws {TroupeError} BUDGET_EXHAUSTED when there is nothing left to begin with
   */
  open(spec: PlanSpec, stop: (error: TroupeError) => void): Promise<BudgetLease>;
}
