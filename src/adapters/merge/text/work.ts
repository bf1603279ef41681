/** Thrown by {@link Work} when a merge would take longer than it may; `mergeFile` turns it into a conflict. */
export class WorkSpent extends Error {
  override readonly name = 'WorkSpent';
}

/**
 * What one merge may cost, in steps of the inner loops (a few nanoseconds each). Steps rather than a clock, so that
 * the same three files always have the same answer, on a fast machine and on a busy one.
 */
export class Work {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** @throws {WorkSpent} */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new WorkSpent('the merge needs more work than its budget allows');
  }
}
