/** Leave to work among others, which plans have, give back while they wait, and are given again. */
export interface ExecutionSlots {
  /**
   * Resolves when nothing keeps the plan from going on: at once, unless it waits for a slot. `waits` hears when it does.
   * @throws the signal's reason, while it waits
   */
  waitForSlot(planId: string, options: { signal: AbortSignal; onWait(): Promise<void> }): Promise<void>;
}
