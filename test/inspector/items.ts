import type {
  BornItem,
  MovedItem,
  PlanEventItem,
  PlanItem,
  ReceivedItem,
  Step,
} from '../../src/inspector/book/item.ts';

export const born = (uid: string, more: Partial<BornItem> = {}): BornItem => ({
  type: 'born',
  uid,
  parent: null,
  id: `actor-${uid}`,
  src: null,
  systemId: null,
  chart: null,
  stand: { value: null, status: 'active', context: {} },
  ...more,
});

export const received = (uid: string, more: Partial<ReceivedItem> = {}): ReceivedItem => ({
  type: 'received',
  uid,
  from: null,
  event: { type: 'GO' },
  at: 0,
  ...more,
});

export const moved = (uid: string, step: Step, at = 0): MovedItem => ({ type: 'moved', uid, step, at });

export const planItem = (planId: string, more: Partial<PlanItem> = {}): PlanItem => ({
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
  asked: [],
  ways: [],
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
): PlanEventItem => ({
  type: 'plan-event',
  seq: String(count++).padStart(8, '0'),
  at,
  planId,
  name,
  event,
});

/** A plan that goes to a state of a phase. */
export const goes = (planId: string, at: number, phase: string, state: string): PlanEventItem =>
  planEvent(planId, at, 'plan.phase_changed', { to: { phase, state } });
