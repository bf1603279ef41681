/** Thrown by {@link WorkBudget} when a merge would take longer than it may; lines or a conflict decide then. */
export class WorkBudgetExceeded extends Error {
  override readonly name = 'WorkSpent';
}

/** Thrown by {@link WorkBudget} when a merge would block the thread it began in: it is to be done in another one. */
export class WorkMovedToThread extends Error {
  override readonly name = 'WorkElsewhere';
}

/**
 * What one merge may cost, in steps of the inner loops (20 to 50 nanoseconds each). Steps rather than a clock, so that
 * the same three files always have the same answer, on a fast machine and on a busy one.
 */
export class WorkBudget {
  private left: number;
  /** How much of it may be done in the thread that it began in. */
  private here: number;
  private readonly whole: WorkBudget | null;

  /**
   * @param steps what there is; past it {@link WorkBudgetExceeded}
   * @param here what of it may be done in this thread; past it {@link WorkMovedToThread}. @default all of it
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

  /** What must be done in any case, whatever the budget: it only says where. @throws {WorkMovedToThread} */
  weigh(steps: number): void {
    this.here -= steps;
    if (this.here < 0) throw new WorkMovedToThread('the merge would block this thread');
  }

  /** A part of what is left, with a limit of its own. */
  part(steps: number): WorkBudget {
    return new WorkBudget(steps, Number.POSITIVE_INFINITY, this);
  }
}
