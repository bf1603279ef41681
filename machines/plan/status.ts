import type { SnapshotFrom } from 'xstate';
import type { PlanCommand } from '../effects.ts';
import { commandGuards, isApplyingPart, isReviewed } from './command-guards.ts';
import { approvalsOf, type PlanPosition } from './context.ts';
import type { planMachine } from './plan.machine.ts';

/** A snapshot of the plan machine. */
export type PlanSnapshot = SnapshotFrom<typeof planMachine>;

/** Position of a plan, and whether it waits or checks. */
export interface PositionStatus extends PlanPosition {
  /** A person or a profile decides what comes next, also while a working plan waits for an approval. */
  resting: boolean;
  /** The checks before a phase are running: preflight, invariants. */
  checking: boolean;
}

/** What a plan does, and the available commands. */
export interface PlanStatus extends PositionStatus {
  /** Commands that are available in this state. */
  availableCommands: PlanCommand['type'][];
}

const commandTypes = Object.keys(commandGuards) as (keyof typeof commandGuards)[];

/** Returns a plan's position, and the commands that are available there. */
export function planStatus(snapshot: PlanSnapshot): PlanStatus {
  return { ...positionStatus(snapshot), availableCommands: availableCommandTypes(snapshot) };
}

/** Returns a plan's position, and whether it waits or checks there. */
export function positionStatus(snapshot: PlanSnapshot): PositionStatus {
  const { phase, state } = snapshot.context.position;
  return {
    phase,
    state,
    resting:
      (snapshot.context.resting && !isApplyingPart(snapshot.context)) || approvalsOf(snapshot.context).length > 0,
    checking: snapshot.hasTag('checking'),
  };
}

/**
 * Without `start`, which only the parent sends to grant a slot (you run `execute`), without `edit`, which changes no
 * state, and without `applyPart` when a complete result can be applied.
 */
function availableCommandTypes({ context, status }: PlanSnapshot): PlanCommand['type'][] {
  if (status !== 'active') return [];
  return commandTypes.filter(type => commandGuards[type](context) && !(type === 'applyPart' && isReviewed(context)));
}
