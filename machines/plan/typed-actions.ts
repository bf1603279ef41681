/** XState's action creators with the types of the plan: actions are written by feature, and one `setup` lists them all. */
import {
  type ActionFunction,
  type AnyActorRef,
  type ParameterizedObject,
  assign as xstateAssign,
  enqueueActions as xstateEnqueueActions,
  sendTo as xstateSendTo,
  stopChild as xstateStopChild,
} from 'xstate';
import type { CheckpointDraft } from '../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { EffectOutput } from '../effects.ts';
import type { ChildActivityEvent, SlotEvent } from '../subplans/activity-events.ts';
import type { planActors } from './actors.ts';
import type { PlanContext } from './context.ts';
import type { PlanMachineEvent } from './events.ts';

type Params = ParameterizedObject['params'] | undefined;

type PlanActor = {
  [Name in keyof typeof planActors]: { src: Name; logic: (typeof planActors)[Name]; id: string | undefined };
}[keyof typeof planActors];

/** The actions that other actions enqueue by name. */
type NamedAction =
  | { type: 'reportActivity'; params: Partial<PlanContext> }
  | { type: 'sendToParent'; params: SlotEvent | ChildActivityEvent }
  | { type: 'recordDecisions'; params: { decisions: DecisionDraft[] } }
  | { type: 'recordCheckpoint'; params: { checkpoint: CheckpointDraft | null } }
  | { type: 'setError' | 'recordFailedRecovery'; params: { error: unknown } }
  | { type: 'recordRecovery'; params: { found: EffectOutput<'recover'> } }
  | { type: 'clearRetryDelay' | 'clearAgentQueue' | 'withdrawApprovals'; params?: undefined };

/** An action of the plan that takes the parameters `P`. An interface, so that declarations name it and do not write it out. */
export interface PlanAction<P extends Params = undefined>
  extends ActionFunction<
    PlanContext,
    PlanMachineEvent,
    PlanMachineEvent,
    P,
    PlanActor,
    NamedAction,
    never,
    never,
    PlanEventPayload
  > {}

type Assignment<P extends Params> = Parameters<
  typeof xstateAssign<PlanContext, PlanMachineEvent, P, PlanMachineEvent, PlanActor>
>[0];

export function assign<P extends Params = undefined>(assignment: Assignment<P>): PlanAction<P> {
  return xstateAssign<PlanContext, PlanMachineEvent, P, PlanMachineEvent, PlanActor>(assignment);
}

type Collect<P extends Params> = Parameters<
  typeof xstateEnqueueActions<
    PlanContext,
    PlanMachineEvent,
    P,
    PlanMachineEvent,
    PlanActor,
    NamedAction,
    never,
    never,
    PlanEventPayload
  >
>[0];

export function enqueueActions<P extends Params = undefined>(collect: Collect<P>): PlanAction<P> {
  return xstateEnqueueActions<
    PlanContext,
    PlanMachineEvent,
    P,
    PlanMachineEvent,
    PlanActor,
    NamedAction,
    never,
    never,
    PlanEventPayload
  >(collect);
}

export function sendTo(
  ...args: Parameters<typeof xstateSendTo<PlanContext, PlanMachineEvent, undefined, AnyActorRef, PlanMachineEvent>>
): PlanAction {
  return xstateSendTo<PlanContext, PlanMachineEvent, undefined, AnyActorRef, PlanMachineEvent>(...args);
}

export function stopChild<P extends Params = undefined>(
  child: Parameters<typeof xstateStopChild<PlanContext, PlanMachineEvent, P, PlanMachineEvent>>[0],
): PlanAction<P> {
  return xstateStopChild<PlanContext, PlanMachineEvent, P, PlanMachineEvent>(child);
}
