import type { Usage } from '../model/budget.ts';
import type { Fault } from '../model/fault.ts';
import type { PlanSpec } from '../model/plan.ts';

/** What one agent spends while it is at work. Whatever it spends, its plan spends, and the plans above. */
export interface Account {
  /** Why there may be no more tool calls; null begins one, which counts for everybody until it ends. */
  call(): Fault | null;
  /** The call that was begun was made, or came to nothing. */
  called(made: boolean): void;
  spend(usage: Usage): void;
  /** It waits for a person, which is free, until what is answered is called. */
  rest(): () => void;
  /** The work is over; answers how many seconds it took. */
  close(): number;
}

export interface Purse {
  /**
   * An agent of this plan begins. `stop` is called once, when a budget is used up while it works.
   * @throws {Fault} BUDGET_EXHAUSTED when there is nothing left to begin with
   */
  open(spec: PlanSpec, stop: (fault: Fault) => void): Promise<Account>;
}
