import { describe, expect, test } from 'vitest';
import type { PlanItem } from '../../../src/inspector/book/item.ts';
import { advanced, bornLine, callsForRecord, lineOf } from '../../../src/inspector/server/plan-line.ts';
import type { PlanEvent, PlanFact } from '../../../src/model/event.ts';
import { Fault } from '../../../src/model/fault.ts';
import { created, record, rootId } from '../../cli/records.ts';
import { planItem } from '../items.ts';

const later = '2026-12-01T00:00:00.000Z';
const told = (fact: PlanFact): PlanEvent => ({ ...fact, seq: '00000009', at: later });
const fault = new Fault('AGENT_FAILED', 'exit 1').toJSON();
const waiting = { fault, tries: 1, triesMax: 3, waitMs: 5, until: later };
const shownWait = { until: later, category: fault.category, message: 'exit 1' };
const plan = (more: Partial<PlanItem> = {}) => planItem(rootId, more);
const check = (passed: boolean) => ({ passed }) as never;
const goes = (state: 'complete' | 'processing') =>
  told({
    type: 'plan.phase_changed',
    planId: rootId,
    from: { phase: 'execute', state: 'processing' },
    to: { phase: 'execute', state },
    cause: '',
  });
const called = told({ type: 'tool.called', planId: rootId, role: 'execution', call: {} as never, decisions: [] });
const progressed = told({ type: 'step.progressed', planId: rootId, phase: 'execute', message: 'on' });
const conflicted = told({ type: 'conflict.found', planId: rootId, conflict: {} as never });

describe('the line of a plan', () => {
  test('made of its record has nothing of what is not there', () => {
    expect(lineOf(record())).toMatchObject({ error: null, waiting: null, openConflicts: 0, checksFailed: 0, files: 0 });
  });

  test('made of its record counts checks, conflicts and files, and says what is wrong', () => {
    const line = lineOf({
      ...record({ state: 'conflicted', error: fault, waiting: waiting as never }),
      changeSet: { files: [{}, {}] } as never,
      conflicts: [{} as never],
      validationResults: [check(true), check(true), check(false)],
    });
    expect(line).toMatchObject({ openConflicts: 1, checksPassed: 2, checksFailed: 1, files: 2, waiting: shownWait });
    expect(line.error).toEqual({ code: 'AGENT_FAILED', message: 'exit 1', hints: fault.hints });
  });

  test('begins with its first event', () => {
    const first = created(rootId, 'Rename') as Extract<PlanEvent, { type: 'plan.created' }>;
    expect(bornLine(first)).toMatchObject({ planId: rootId, goal: 'Rename', phase: 'strategize', state: 'queued' });
  });

  test('goes on with events, which clear what is over', () => {
    const stuck = plan({ waiting: shownWait, error: { code: 'X', message: '', hints: [] }, resting: true });
    expect(advanced(stuck, goes('complete'))).toMatchObject({
      ...{ state: 'complete', waiting: null, error: null, resting: false, updatedAt: later },
    });
    expect(advanced(stuck, progressed).waiting).toBeNull();
    expect(advanced(stuck, called)).toMatchObject({ waiting: null, toolCalls: 1 });
    expect(advanced(stuck, told({ type: 'plan.cancelled', planId: rootId, reason: '' }))).toMatchObject({
      state: 'cancelled',
      resting: false,
    });
  });

  test('says what was applied, what is waited for, what went wrong and what was checked', () => {
    const target = { kind: 'checkout' } as const;
    const applied = told({ type: 'plan.applied', planId: rootId, target, commits: [], files: ['a', 'b'] });
    expect(advanced(plan(), applied)).toMatchObject({ state: 'applied', files: 2 });
    const delayed = told({ type: 'attempt.delayed', planId: rootId, phase: 'execute', waiting: waiting as never });
    expect(advanced(plan(), delayed).waiting).toEqual(shownWait);
    const failed = told({ type: 'error.recorded', planId: rootId, phase: 'execute', fault, details: {} });
    expect(advanced(plan(), failed).error).toEqual({ code: 'AGENT_FAILED', message: 'exit 1', hints: fault.hints });
    const results = [check(true), check(false), check(true)];
    const checked = told({ type: 'validation.finished', planId: rootId, round: 1, results });
    expect(advanced(plan(), checked)).toMatchObject({ checksPassed: 2, checksFailed: 1 });
    expect(advanced(plan(), conflicted).openConflicts).toBe(1);
    expect(advanced(plan({ openConflicts: 3 }), conflicted).openConflicts).toBe(3);
  });

  test('stays the same object where an event shows nothing, or was counted already', () => {
    const now = plan({ updatedAt: later });
    expect(advanced(now, called)).toBe(now);
    expect(advanced(now, progressed)).toBe(now);
    expect(advanced(now, told({ type: 'agent.admitted', planId: rootId }))).toBe(now);
  });

  test('is read again where an event leads to what only the record tells', () => {
    expect([goes('complete'), goes('processing'), conflicted, progressed].map(callsForRecord)).toEqual([
      ...[true, false, true, false],
    ]);
  });
});
