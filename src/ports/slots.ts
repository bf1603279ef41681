/** Leave to work among others, which plans have, give back while they wait, and are given again. */
export interface Slots {
  /**
   * Resolves when nothing keeps the plan from going on: at once, unless it waits for a slot. `waits` hears when it does.
   * @throws the signal's reason, while it waits
   */
  admitted(planId: string, options: { signal: AbortSignal; waits(): Promise<void> }): Promise<void>;
}
