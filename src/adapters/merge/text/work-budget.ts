/** Thrown by {@link WorkBudget} when a merge exceeds its budget; then lines decide, or it is a conflict. */
export class WorkBudgetExceeded extends Error {
  override readonly name = 'WorkSpent';
}

/** Thrown by {@link WorkBudget} when a merge would block its thread for too long: it continues in another one. */
export class WorkMovedToThread extends Error {
  override readonly name = 'WorkElsewhere';
}

/**
 * The cost limit of one merge, in steps of the inner loops (20 to 50 nanoseconds each). Steps instead of time, so
 * that the same three files always give the same result, on a fast machine and on a busy one.
 */
export class WorkBudget {
  private left: number;
  /** The steps allowed in the thread it started in. */
  private here: number;
  private readonly whole: WorkBudget | null;

  /**
   * @param steps the total; beyond it {@link WorkBudgetExceeded}
   * @param here the steps allowed in this thread; beyond it {@link WorkMovedToThread}.
   * @default all of them
   */
  constructor(steps: number, here = Number.POSITIVE_INFINITY, whole: WorkBudget | null = null) {
    this.left = steps;
    this.here = here;
    this.whole = whole;
  }

  /** @throws {WorkBudgetExceeded | WorkMovedToThread} */
  spend(steps: number): void {
    this.whole?.spend(steps);
    this.left -= steps;
    if (this.left < 0) throw new WorkBudgetExceeded('the merge needs more work than its budget allows');
    this.weigh(steps);
  }

  /** Counts work that must be done in any case, which only affects where it is done. @throws {WorkMovedToThread} */
  weigh(steps: number): void {
    this.here -= steps;
    if (this.here < 0) throw new WorkMovedToThread('the merge would block this thread');
  }

  /** Returns a part of the remaining budget, with its own limit. */
  part(steps: number): WorkBudget {
    return new WorkBudget(steps, Number.POSITIVE_INFINITY, this);
  }
}
