import type { AgentUsage } from '../model/budget.ts';
import type { TroupeError } from '../model/errors.ts';
import type { PlanSpec } from '../model/plan.ts';

/** Records the usage of one running agent. It counts for its plan and for every plan above. */
export interface BudgetLease {
  /**
   * Starts a tool call; returns the error when the budget allows no more calls. A started call counts for every plan
   * until it ends.
   */
  call(): TroupeError | null;
  /** Ends the started call; `wasMade` is false when the call did not happen. */
  called(wasMade: boolean): void;
  addUsage(usage: AgentUsage): void;
  /** Stops the working time while the agent waits for a person. Call the returned function to resume. */
  pauseClock(): () => void;
  /** Ends the lease; returns the working time in seconds. */
  close(): number;
}

export interface BudgetTracker {
  /**
   * Opens a lease for an agent of this plan. `stop` is called once, when a budget is exhausted while the agent works.
   * @throws {TroupeError} BUDGET_EXHAUSTED when nothing is left at the start
   */
  open(spec: PlanSpec, stop: (error: TroupeError) => void): Promise<BudgetLease>;
}
