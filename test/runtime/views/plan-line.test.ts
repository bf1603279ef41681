import { describe, expect, test } from 'vitest';
import type { PlanEvent, PlanFact } from '../../../src/model/event.ts';
import { Fault } from '../../../src/model/fault.ts';
import { lineOf, type PlanLine, reduceLine } from '../../../src/runtime/views/plan-line.ts';
import { record, rootId } from '../../cli/records.ts';

const at = '2026-12-01T00:00:00.000Z';
const told = (fact: PlanFact): PlanEvent => ({ ...fact, seq: '00000009', at });
const fault = new Fault('RATE_LIMITED', 'later').toJSON();
const waiting = { fault, tries: 1, triesMax: 3, waitMs: 5_000 };
const at5s = '2026-12-01T00:00:05.000Z';
const line = lineOf(record({ state: 'processing', resting: false }));
const heard = (...facts: PlanFact[]): PlanLine => facts.map(told).reduce(reduceLine, line);
const delayed = (until: string | null): PlanFact => ({
  ...{ type: 'attempt.delayed', planId: rootId, phase: 'execute' },
  waiting: { ...waiting, until } as never,
});

describe('the line of a plan', () => {
  test('says until when it waits, also where only the length of the wait was told', () => {
    expect(heard(delayed(at)).waiting).toEqual({ fault, until: at });
    expect(heard(delayed(null)).waiting).toEqual({ fault, until: at5s });
    const recorded = { ...record(), waiting: { ...waiting, until: null } as never, updatedAt: at };
    expect(lineOf(recorded).waiting).toEqual({ fault, until: at5s });
  });

  test('waits no longer once its agent is heard of', () => {
    const progressed = { type: 'step.progressed', planId: rootId, phase: 'execute', message: 'reads' } as const;
    expect(heard(delayed(at), progressed)).toMatchObject({ waiting: null, note: 'reads' });
    const called = { type: 'tool.called', planId: rootId, role: 'execution', call: {}, decisions: [] } as never;
    expect(heard(delayed(at), called).waiting).toBeNull();
    expect(reduceLine(line, told(called))).toBe(line);
  });

  test('stands in the queue of agents until it is admitted', () => {
    const queue = { place: 2 } as never;
    const queued: PlanFact = { type: 'agent.queued', planId: rootId, queue };
    expect(heard(queued).queue).toBe(queue);
    expect(heard(queued, { type: 'agent.admitted', planId: rootId }).queue).toBeNull();
  });

  test('wants a slot until it is granted one, or moves on [R322]', () => {
    const awaited: PlanFact = { type: 'slot.awaited', planId: rootId };
    expect(heard(awaited).wantsSlot).toBe(true);
    expect(heard(awaited, { type: 'slot.granted', planId: rootId }).wantsSlot).toBe(false);
    expect(lineOf({ ...record(), slot: 'wanted' }).wantsSlot).toBe(true);
  });

  test('holds the calls that wait for a yes, each once, until they are answered', () => {
    const approval = { approvalId: 'A', tool: 'builtin/run-command' } as never;
    const asked = { type: 'approval.asked', planId: rootId, approval } as PlanFact;
    expect(heard(asked, asked).approvals).toEqual([approval]);
    expect(heard(asked, { type: 'approval.answered', planId: rootId, approval } as PlanFact).approvals).toEqual([]);
  });

  test('ends once: what is told again changes nothing', () => {
    const cancelled = told({ type: 'plan.cancelled', planId: rootId, reason: '' });
    const over = reduceLine(line, cancelled);
    expect(over).toMatchObject({ state: 'cancelled', since: at, looked: true });
    expect(reduceLine(over, cancelled)).toBe(over);
  });
});
