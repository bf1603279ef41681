/** A child reports to its supervisor that it is idle, which does not count towards its time limit, or busy again. */
export type ChildActivityEvent = { type: 'child.idle' } | { type: 'child.busy' };

/**
 * A plan reports its need for a slot to its parent. `returns`: it continues started work and takes precedence over
 * plans that have not started.
 */
export type SlotEvent =
  | { type: 'slot.requested'; planId: string; resumes: boolean }
  | { type: 'slot.released'; planId: string };

/** A group reports to its plan: no subplan is working, so the plan needs no slot; or a subplan could continue. */
export type SubplansActivityEvent = { type: 'subplans.idle' } | { type: 'subplans.ready' };
