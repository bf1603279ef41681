import type {
  ActorStarted,
  ActorTransitioned,
  MessageReceived,
  PlanJournalEvent,
  PlanOverview,
  StateDelta,
} from '../../src/inspector/state/events.ts';

export const actorStarted = (uid: string, more: Partial<ActorStarted> = {}): ActorStarted => ({
  type: 'started',
  uid,
  parent: null,
  id: `actor-${uid}`,
  src: null,
  systemId: null,
  chart: null,
  state: { value: null, status: 'active', context: {} },
  ...more,
});

export const messageReceived = (uid: string, more: Partial<MessageReceived> = {}): MessageReceived => ({
  type: 'received',
  uid,
  from: null,
  event: { type: 'GO' },
  at: 0,
  ...more,
});

export const actorTransitioned = (uid: string, step: StateDelta, at = 0): ActorTransitioned => ({
  type: 'transitioned',
  uid,
  delta: step,
  at,
});

export const planItem = (planId: string, more: Partial<PlanOverview> = {}): PlanOverview => ({
  type: 'plan',
  planId,
  parentPlanId: null,
  rootPlanId: planId,
  depth: 0,
  goal: `goal of ${planId}`,
  action: 'local/a',
  profile: 'supervised',
  phase: 'execute',
  state: 'processing',
  since: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  note: '',
  waiting: null,
  need: null,
  approvals: [],
  availableCommands: [],
  error: null,
  conflicts: 0,
  files: 0,
  checks: { passed: 0, total: 0 },
  ...more,
});

let count = 0;

export const planEvent = (
  planId: string,
  at: number,
  name: string,
  event: Record<string, unknown> = {},
): PlanJournalEvent => ({
  type: 'plan-event',
  seq: String(count++).padStart(8, '0'),
  at,
  planId,
  name,
  event,
});

/** A plan that enters a state of a phase. */
export const phaseChanged = (planId: string, at: number, phase: string, state: string): PlanJournalEvent =>
  planEvent(planId, at, 'plan.phase_changed', { to: { phase, state } });
