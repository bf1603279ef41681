/** Execution slots of plans. A plan releases its slot while it waits and acquires one again to continue. */
export interface ExecutionSlots {
  /**
   * Resolves when the plan may continue: at once, unless it has to wait for a slot. Then `onWait` is called.
   * @throws the signal's reason, while it waits
   */
  waitForSlot(planId: string, options: { signal: AbortSignal; onWait(): Promise<void> }): Promise<void>;
}
