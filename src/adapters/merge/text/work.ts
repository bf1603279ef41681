/** Thrown by {@link Work} when a merge would take longer than it may; lines or a conflict decide then. */
export class WorkSpent extends Error {
  override readonly name = 'WorkSpent';
}

/** Thrown by {@link Work} when a merge would block the thread it began in: it is to be done in another one. */
export class WorkElsewhere extends Error {
  override readonly name = 'WorkElsewhere';
}

/**
 * What one merge may cost, in steps of the inner loops (20 to 50 nanoseconds each). Steps rather than a clock, so that
 * the same three files always have the same answer, on a fast machine and on a busy one.
 */
export class Work {
  private left: number;
  /** How much of it may be done in the thread that it began in. */
  private here: number;
  private readonly whole: Work | null;

  /**
   * @param steps what there is; past it {@link WorkSpent}
   * @param here what of it may be done in this thread; past it {@link WorkElsewhere}. @default all of it
   */
  constructor(steps: number, here = Number.POSITIVE_INFINITY, whole: Work | null = null) {
    this.left = steps;
    this.here = here;
    this.whole = whole;
  }

  /** @throws {WorkSpent | WorkElsewhere} */
  spend(steps: number): void {
    this.whole?.spend(steps);
    this.left -= steps;
    if (this.left < 0) throw new WorkSpent('the merge needs more work than its budget allows');
    this.weigh(steps);
  }

  /** What must be done in any case, whatever the budget: it only says where. @throws {WorkElsewhere} */
  weigh(steps: number): void {
    this.here -= steps;
    if (this.here < 0) throw new WorkElsewhere('the merge would block this thread');
  }

  /** A part of what is left, with a limit of its own. */
  part(steps: number): Work {
    return new Work(steps, Number.POSITIVE_INFINITY, this);
  }
}
