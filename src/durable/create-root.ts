/** Creates the root actor and connects XState's system to the parts of the runtime. Starts nothing. */
import { type Actor, type AnyStateMachine, createActor, type InputFrom, type InspectionEvent } from 'xstate';
import type { ActorRegistry } from './actor-registry.ts';
import { type ActorNode, ExpectedActors, toSnapshot, verifyRestored } from './actor-tree.ts';
import { type EffectRuntime, installEffectRuntime } from './effect-runtime.ts';
import { withLoopLimit } from './loop-limit.ts';
import type { Timers } from './timers.ts';
import { asLiveActor, interceptInspection } from './xstate-internals.ts';

interface RootOptions<Logic extends AnyStateMachine> {
  logic: Logic;
  input: InputFrom<Logic> | undefined;
  /** The actors to restore; absent for the machine's initial state. */
  node: ActorNode | undefined;
  /** Whether the store holds the rows of `node` already. */
  isStored: boolean;
  actors: ActorRegistry;
  timers: Timers;
  effects: EffectRuntime;
  onInspection: (event: InspectionEvent) => void;
  /** Whether the caller wants every inspection event of XState, and not only those the runtime needs. */
  isInspected: boolean;
  /** Names the root in errors. @default its id */
  instance: string | undefined;
  /** Called as soon as the actor exists. */
  onCreated: (root: Actor<Logic>) => void;
}

/** @throws {TroupeError} RESTORE_FAILED */
export function createRoot<Logic extends AnyStateMachine>(options: RootOptions<Logic>): Actor<Logic> {
  const { logic, input, node, actors } = options;
  const onInspection = withLoopLimit(options.onInspection, options.instance);
  const snapshot = node === undefined ? undefined : toSnapshot(node);
  // The first event is that of the root, before the actors below it are created.
  const onFirst = (event: InspectionEvent) => {
    if (!options.isInspected) interceptInspection(asLiveActor(event.actorRef).system, onInspection);
    onInspection(event);
  };
  const actorOptions = { id: 'root', systemId: 'root', input, inspect: onFirst, snapshot };
  const expected = node && new ExpectedActors(node);
  const root = actors.rebuild(expected, () => createActor(logic, actorOptions as never));
  options.onCreated(root);
  if (node !== undefined) {
    verifyRestored(asLiveActor(root), node, 'root');
    if (options.isStored) actors.adopt(node);
  }
  installEffectRuntime(root.system, options.effects);
  root.system.scheduler = options.timers;
  return root;
}
