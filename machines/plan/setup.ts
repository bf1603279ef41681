/** The types, actors, guards and actions of the plan's chart. */
import { setup } from 'xstate';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { PlanOutput } from '../effects.ts';
import { applyActions } from './actions/apply.ts';
import { approvalActions } from './actions/approvals.ts';
import { correctionActions } from './actions/correction.ts';
import { eventActions } from './actions/events.ts';
import { invariantActions } from './actions/invariants.ts';
import { partialApplyActions } from './actions/partial-apply.ts';
import { phaseActions } from './actions/phases.ts';
import { rollbackActions } from './actions/rollback.ts';
import { slotActions } from './actions/slots.ts';
import { stopActions } from './actions/stop.ts';
import { subplanActions } from './actions/subplans.ts';
import { planActors } from './actors.ts';
import type { PlanContext, PlanInput } from './context.ts';
import type { PlanMachineEvent } from './events.ts';
import { guards } from './guards.ts';

export const planSetup = setup({
  types: {
    context: {} as PlanContext,
    events: {} as PlanMachineEvent,
    input: {} as PlanInput,
    output: {} as PlanOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: planActors,
  guards,
  actions: {
    ...slotActions,
    ...approvalActions,
    ...invariantActions,
    ...eventActions,
    ...rollbackActions,
    ...correctionActions,
    ...partialApplyActions,
    ...phaseActions,
    ...subplanActions,
    ...applyActions,
    ...stopActions,
  },
});
