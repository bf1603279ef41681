import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEvent, PlanEventPayload } from '../../../src/model/event.ts';
import { type PlanSummary, reducePlanSummary, toPlanSummary } from '../../../src/runtime/views/plan-summary.ts';
import { planRecord, rootId } from '../../cli/sample-records.ts';

const at = '2026-12-01T00:00:00.000Z';
const toEvent = (payload: PlanEventPayload): PlanEvent => ({ ...payload, seq: '00000009', at });
const error = new TroupeError('RATE_LIMITED', 'later').toJSON();
const waiting = { error, tries: 1, triesMax: 3, waitMs: 5_000 };
const at5s = '2026-12-01T00:00:05.000Z';
const line = toPlanSummary(planRecord({ state: 'processing', resting: false }));
const summaryAfter = (...payloads: PlanEventPayload[]): PlanSummary =>
  payloads.map(toEvent).reduce(reducePlanSummary, line);
const delayed = (until: string | null): PlanEventPayload => ({
  ...{ type: 'attempt.delayed', planId: rootId, phase: 'execute' },
  waiting: { ...waiting, until } as never,
});

describe('the summary of a plan', () => {
  test('shows the end of a wait, also if only its length was reported', () => {
    expect(summaryAfter(delayed(at)).waiting).toEqual({ error, until: at });
    expect(summaryAfter(delayed(null)).waiting).toEqual({ error, until: at5s });
    const recorded = { ...planRecord(), waiting: { ...waiting, until: null } as never, updatedAt: at };
    expect(toPlanSummary(recorded).waiting).toEqual({ error, until: at5s });
  });

  test('ends the wait when its agent reports progress', () => {
    const progressed = { type: 'step.progressed', planId: rootId, phase: 'execute', message: 'reads' } as const;
    expect(summaryAfter(delayed(at), progressed)).toMatchObject({ waiting: null, note: 'reads' });
    const called = { type: 'tool.called', planId: rootId, role: 'execution', call: {}, decisions: [] } as never;
    expect(summaryAfter(delayed(at), called).waiting).toBeNull();
    expect(reducePlanSummary(line, toEvent(called))).toBe(line);
  });

  test('is in the agent queue until it is admitted', () => {
    const queue = { place: 2 } as never;
    const queued: PlanEventPayload = { type: 'agent.queued', planId: rootId, queue };
    expect(summaryAfter(queued).queue).toBe(queue);
    expect(summaryAfter(queued, { type: 'agent.admitted', planId: rootId }).queue).toBeNull();
  });

  test('wants a slot until it is granted one, or continues [R322]', () => {
    const awaited: PlanEventPayload = { type: 'slot.queued', planId: rootId };
    expect(summaryAfter(awaited).wantsSlot).toBe(true);
    expect(summaryAfter(awaited, { type: 'slot.granted', planId: rootId }).wantsSlot).toBe(false);
    expect(toPlanSummary({ ...planRecord(), slot: 'wanted' }).wantsSlot).toBe(true);
  });

  test('lists each call that waits for approval once, until it is answered', () => {
    const approval = { approvalId: 'A', tool: 'builtin/run-command' } as never;
    const asked = { type: 'approval.requested', planId: rootId, approval } as PlanEventPayload;
    expect(summaryAfter(asked, asked).approvals).toEqual([approval]);
    expect(
      summaryAfter(asked, { type: 'approval.answered', planId: rootId, approval } as PlanEventPayload).approvals,
    ).toEqual([]);
  });

  test('does not change on a repeated event', () => {
    const cancelled = toEvent({ type: 'plan.cancelled', planId: rootId, reason: '' });
    const over = reducePlanSummary(line, cancelled);
    expect(over).toMatchObject({ state: 'cancelled', since: at, isCurrent: true });
    expect(reducePlanSummary(over, cancelled)).toBe(over);
  });
});
