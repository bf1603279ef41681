/**
 * States written by another version of a machine. A machine's `version` (from its config) is stored with each actor;
 * where it differs from the version of the logic now in place, the upcaster of that source translates the state
 * before anything is restored, and the actor's rows are rewritten in the first commit.
 */
import type { AnyActorLogic, AnyStateMachine } from 'xstate';
import type { ActorState } from './record.ts';
import type { Branch } from './tree.ts';
import { registeredLogic, versionOf } from './xstate.ts';

/** From the stored state and the version that wrote it to a state of the present version. */
export type Upcaster = (state: ActorState, version: string | undefined) => ActorState;

/** Translates a branch in place, parents first. */
export function upcast(
  branch: Branch,
  logic: AnyActorLogic | undefined,
  upcasters: Readonly<Record<string, Upcaster>> = {},
): void {
  const { row } = branch;
  const name = row.src ?? 'root';
  const present = versionOf(logic);
  const upcaster = Object.hasOwn(upcasters, name) ? upcasters[name] : undefined;
  if (upcaster !== undefined && row.version !== present) {
    branch.row = { ...row, state: upcaster(row.state, row.version) };
    branch.rewrite = true;
  }
  for (const kid of branch.kids.values()) {
    upcast(kid, logic && registeredLogic(logic as AnyStateMachine, kid.row.src as string), upcasters);
  }
}
