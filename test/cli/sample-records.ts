import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanEvent } from '../../src/model/event.ts';
import { PlanRecord } from '../../src/model/plan.ts';
import { findProfile } from '../../src/runtime/profiles/profiles.ts';
import { completePlanSpec } from '../../src/testing/plan-spec.ts';

export const rootId = '01KAJ0000000000000R00TP1AN';
export const childId = '01KAJ0000000000000CH11DP1N';

/** A plan's record as the store returns it, with the fields that a test overrides. */
export function planRecord(changes: Partial<PlanRecord> = {}): PlanRecord {
  return PlanRecord.parse({
    ...completePlanSpec({ planId: rootId, decisionRootId: rootId, profileSnapshot: findProfile('supervised') }),
    description: 'Rename foo to bar',
    actionName: 'local/rename',
    arguments: { fromName: 'foo' },
    projectLinks: [{ alias: 'main', root: '/repo', kind: 'git', baseCommit: 'c0', baseTree: 't0', branch: 'main' }],
    actors: {
      strategy: null,
      execution: 'worker',
      estimation: null,
      review: null,
      apply: null,
      conflict: null,
      invariant: 'builtin',
    },
    actionDir: '/repo',
    createdAt: '2026-11-21T10:00:00.000Z',
    guidanceDelivered: 0,
    attempt: 1,
    reversionCount: 0,
    lastCompletedStep: -1,
    lastCheckpointId: null,
    confidence: 1,
    sandbox: null,
    startTree: null,
    workTree: null,
    resultTree: null,
    changeSet: null,
    subplanStatuses: [],
    conflicts: [],
    validationResults: [],
    toolCalls: 0,
    errorMessage: null,
    errorDetails: {},
    waiting: null,
    error: null,
    applyTarget: null,
    applySummary: null,
    cancelReason: null,
    estimate: null,
    phase: 'execute',
    state: 'complete',
    resting: true,
    availableCommands: ['apply', 'revert', 'cancel'],
    updatedAt: '2026-11-21T10:00:01.000Z',
    ...changes,
  });
}

/** A decision that the strategy made. */
export function decisionDraft(changes: Partial<DecisionDraft> = {}): DecisionDraft {
  return {
    decisionId: rootId,
    planId: rootId,
    parentDecisionId: null,
    type: 'strategy_choice',
    question: '?',
    chosenOption: 'this',
    alternatives: [],
    confidence: 1,
    rationale: '',
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
    ...changes,
  };
}

type EventDraft = PlanEvent extends infer Event ? (Event extends PlanEvent ? Omit<Event, 'seq' | 'at'> : never) : never;

/** An event at a time of day, as the journal returns it. */
export function planEvent(draft: EventDraft, at = '10:00:00'): PlanEvent {
  return { ...draft, seq: at, at: `2026-11-21T${at}.000Z` } as PlanEvent;
}

export function planCreated(planId: string, description: string, parentPlanId: string | null = null): PlanEvent {
  const { phase, state, ...spec } = planRecord({ planId, description, parentPlanId });
  return planEvent({ type: 'plan.created', planId, spec });
}

export function phaseChanged(
  planId: string,
  to: [PlanRecord['phase'], PlanRecord['state']],
  at = '10:00:00',
): PlanEvent {
  const from = { phase: 'strategize', state: 'queued' } as const;
  return planEvent({ type: 'plan.phase_changed', planId, from, to: { phase: to[0], state: to[1] }, cause: 'test' }, at);
}

export function stepProgressed(planId: string, message: string): PlanEvent {
  return planEvent({ type: 'step.progressed', planId, phase: 'execute', message });
}
