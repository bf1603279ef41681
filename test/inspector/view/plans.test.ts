import { describe, expect, test } from 'vitest';
import type { PlanOverview } from '../../../src/inspector/state/events.ts';
import { attentionCards, countByState } from '../../../src/inspector/view/attention.ts';
import { createTimeAxis } from '../../../src/inspector/view/axis.ts';
import { type DecisionData, decisionRows } from '../../../src/inspector/view/decision-rows.ts';
import { eventLabel, formatClock, toOneLine } from '../../../src/inspector/view/format.ts';
import { summarizeJournal } from '../../../src/inspector/view/journal.ts';
import { toTimelineLanes } from '../../../src/inspector/view/timeline-spans.ts';
import { timelineSvg } from '../../../src/inspector/view/timeline-svg.ts';
import { toUnifiedDiffLines } from '../../../src/inspector/view/unified-diff.ts';
import { hintLine } from '../../hint-line.ts';
import { phaseChanged, planEvent, planItem } from '../sample-events.ts';

const tree = (...plans: PlanOverview[]) => new Map(plans.map(plan => [plan.planId, plan]));
const child = (planId: string, parent: string) => planItem(planId, { parentPlanId: parent, rootPlanId: 'R', depth: 1 });

describe('timeline lanes', () => {
  test('distinguish what a plan waited for, without gaps between spans', () => {
    const waiting = (category: string) => ({ waiting: { error: { category, message: 'later' } } });
    const events = [
      planEvent('R', 0, 'plan.created'),
      phaseChanged('R', 10, 'strategize', 'processing'),
      planEvent('R', 20, 'attempt.delayed', waiting('transient')),
      planEvent('R', 30, 'step.progressed'),
      planEvent('R', 40, 'attempt.delayed', waiting('rate_limited')),
      planEvent('R', 60, 'tool.called'),
      phaseChanged('R', 70, 'strategize', 'complete'),
      phaseChanged('R', 80, 'execute', 'queued'),
      phaseChanged('R', 80, 'execute', 'processing'),
      phaseChanged('R', 90, 'execute', 'conflicted'),
      phaseChanged('R', 95, 'execute', 'paused'),
      phaseChanged('R', 99, 'execute', 'errored'),
    ];
    const [lane] = toTimelineLanes(tree(planItem('R')), events, 'R');
    expect(lane?.spans.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [0, 10, 'queued'],
      [10, 20, 'working'],
      [20, 30, 'retrying'],
      [30, 40, 'working'],
      [40, 60, 'rate-limited'],
      [60, 70, 'working'],
      [70, 80, 'approval'],
      [80, 90, 'working'],
      [90, 95, 'conflict'],
      [95, 99, 'paused'],
      [99, null, 'failed'],
    ]);
    expect(lane?.retries).toBe(2);
    expect(lane?.spans[4]?.label).toBe('strategize: waits for a rate limit (later)');
  });

  test('have the attempt of a subplan, and a correction starts a new one', () => {
    const events = [
      planEvent('R', 5, 'subplan.changed', { status: { planId: 'A', attempt: 1 } }),
      planEvent('R', 9, 'subplan.changed', { status: { planId: 'A', attempt: 3 } }),
      planEvent('R', 12, 'plan.corrected'),
    ];
    const lanes = toTimelineLanes(tree(planItem('R'), child('A', 'R'), child('B', 'R')), events, 'R');
    expect(lanes.map(({ planId, attempt }) => [planId, attempt])).toEqual([
      ['R', 2],
      ['A', 3],
      ['B', 1],
    ]);
    const axis = createTimeAxis([], { from: 0, to: 20 });
    expect(timelineSvg(lanes, axis, { title: 'all', now: 20 })).toContain('(attempt 3)');
  });

  test('ask a person from the first request until the last answer, and then go on with the work', () => {
    const call = (approvalId: string, words: string, more = {}) => ({ approval: { approvalId, words, ...more } });
    const events = [
      phaseChanged('R', 0, 'execute', 'processing'),
      planEvent('R', 10, 'approval.requested', call('1', 'run npm test')),
      planEvent('R', 20, 'approval.requested', call('2', 'Which store?', { question: { text: 'Which store?' } })),
      planEvent('R', 30, 'approval.answered', call('1', 'run npm test')),
      planEvent('R', 40, 'approval.answered', call('2', 'Which store?')),
      phaseChanged('R', 50, 'execute', 'cancelled'),
    ];
    const [lane] = toTimelineLanes(tree(planItem('R')), events, 'R');
    expect(lane?.spans.map(({ from, to, kind, label }) => [from, to, kind, label])).toEqual([
      [0, 10, 'working', 'execute: at work'],
      [10, 20, 'asking', 'execute: asks to run npm test'],
      [20, 40, 'asking', 'execute: asks: Which store?'],
      [40, 50, 'working', 'execute: at work'],
    ]);
  });

  test('count the pending approvals of a plan and of those below it', () => {
    const approvals = [{ approvalId: '1', words: 'run npm test', folder: '/sandbox', question: null }];
    const plans = tree(planItem('R'), { ...child('A', 'R'), approvals }, child('B', 'R'));
    expect(toTimelineLanes(plans, [], 'R').map(({ planId, approvals: count }) => [planId, count])).toEqual([
      ['R', 1],
      ['A', 1],
      ['B', 0],
    ]);
  });

  test('end with a plan: a subplan ends with its result', () => {
    const plans = tree(planItem('R'), child('B', 'R'), child('A', 'R'));
    const events = [
      ...[
        phaseChanged('R', 0, 'execute', 'processing'),
        phaseChanged('R', 50, 'apply', 'processing'),
        phaseChanged('R', 60, 'apply', 'applied'),
      ],
      ...[
        phaseChanged('A', 10, 'execute', 'processing'),
        phaseChanged('A', 20, 'execute', 'complete'),
        planEvent('A', 30, 'tool.called'),
      ],
    ];
    const lanes = toTimelineLanes(plans, events, 'R');
    expect(lanes.map(({ planId, depth }) => [planId, depth])).toEqual([
      ['R', 0],
      ['A', 1],
      ['B', 1],
    ]);
    expect(lanes[0]?.spans.map(({ to }) => to)).toEqual([50, 60]);
    expect(lanes[1]?.spans.map(({ from, to }) => [from, to])).toEqual([[10, 20]]);
    expect(lanes[2]?.spans).toEqual([]);
    expect(toTimelineLanes(plans, events, 'X')).toEqual([]);
  });
});

describe('the time axis', () => {
  test('shortens a long range without events, and maps positions back to times', () => {
    const axis = createTimeAxis([0, 100_000, 101_000, 103_000], { from: 0, to: 104_000 });
    expect(axis.segments.map(({ isIdle }) => isIdle)).toEqual([true, false]);
    expect(axis.place(100_000)).toBeGreaterThan(0.4);
    expect(axis.place(100_000)).toBeLessThan(0.6);
    for (const at of [0, 50_000, 100_000, 102_500, 104_000]) expect(axis.moment(axis.place(at))).toBeCloseTo(at, 0);
    expect([axis.place(-5), axis.place(999_999)]).toEqual([0, 1]);
  });

  test('is linear when events are evenly distributed, also for zero time', () => {
    const axis = createTimeAxis([1, 2, 3], { from: 0, to: 4 });
    expect(axis.segments).toHaveLength(1);
    expect(axis.place(1)).toBeCloseTo(0.25);
    expect(createTimeAxis([], { from: 7, to: 7 }).place(7)).toBe(0);
  });

  test('is drawn with its gaps, its legend and open spans', () => {
    const events = [phaseChanged('R', 0, 'execute', 'processing'), phaseChanged('R', 100_000, 'execute', 'complete')];
    const lanes = toTimelineLanes(tree(planItem('R', { goal: '<b>&"long" '.repeat(8) })), events, 'R');
    const svg = timelineSvg(lanes, createTimeAxis([0, 100_000], { from: 0, to: 101_000 }), {
      title: 'a < b',
      now: 101_000,
    });
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('⋯ 1 min 40 s');
    expect(svg).toContain('waits for a person');
    expect(svg).not.toContain('<b>');
  });
});

describe('attention cards', () => {
  const needing = (need: PlanOverview['need'], more: Partial<PlanOverview> = {}) =>
    planItem(`the-${need}`, { need, ...more });

  test('have a reason and hints, most urgent first, among equals longest waiting', () => {
    const since = '2025-01-01T00:00:00.000Z';
    const needs = attentionCards([
      needing('paused', { availableCommands: ['resume'] }),
      needing('done', { files: 1, availableCommands: ['apply', 'revert', 'cancel', 'prompt'] }),
      needing('approval', { phase: 'strategize', state: 'complete', availableCommands: ['execute'] }),
      needing('approval', { phase: 'execute', state: 'queued', since }),
      needing('failed', { error: { message: 'It broke', hints: ['troupe doctor'], lastOutput: [] } }),
      needing('failed', { since }),
      needing('constrained', { phase: 'apply', error: { message: 'No tests ran', hints: [], lastOutput: [] } }),
      needing('constrained'),
      needing('conflict', { conflicts: 2 }),
      needing('conflict', { conflicts: 1, depth: 1, since }),
      needing('tool-approval', {
        approvals: [{ approvalId: '1', words: 'run npm test', folder: '/sandbox', question: null }],
        error: { message: '', hints: ['troupe help'], lastOutput: [] },
      }),
      planItem('working'),
    ]);
    expect(needs.map(({ kind, why }) => [kind, why])).toEqual([
      ['tool-approval', 'It asks to run npm test, in /sandbox'],
      ['conflict', '1 conflict is open'],
      ['conflict', '2 conflicts are open'],
      ['failed', 'execute failed'],
      ['failed', 'It broke'],
      ['constrained', 'No tests ran'],
      ['constrained', 'A required check bars the way to Apply'],
      ['approval', 'execute waits to be started'],
      ['approval', 'Its strategy is there: look at the decisions, then execute'],
      ['done', 'Its result is there: 1 file to look at, then apply'],
      ['paused', 'It is paused'],
    ]);
    expect(needs[0]?.hints).toEqual([
      hintLine('troupe plan approve approval'),
      hintLine('troupe plan deny approval'),
      hintLine('troupe help'),
    ]);
    expect(needs[4]?.hints).toEqual([hintLine('troupe doctor')]);
    expect(needs[9]?.hints[0]).toBe('troupe plan apply the-done');
  });

  test('are counted besides all other plans', () => {
    const waiting = (category: string) => ({ waiting: { until: '', category, message: '' } });
    expect(
      countByState([
        planItem('1'),
        planItem('2', waiting('rate_limited')),
        planItem('3', waiting('transient')),
        planItem('4', { state: 'complete', depth: 1 }),
        planItem('5', { state: 'complete' }),
        planItem('6', { state: 'applied' }),
        planItem('7', { state: 'queued' }),
      ]),
    ).toMatchObject({ working: 1, 'rate-limited': 1, retrying: 1, done: 1, approval: 1, applied: 1, queued: 1 });
  });
});

describe('the journal', () => {
  test("counts a plan's tool calls, and has its error until it continues", () => {
    const error = { message: 'It broke', hints: ['troupe doctor'] };
    const events = [
      planEvent('A', 0, 'tool.called'),
      planEvent('B', 1, 'tool.called'),
      planEvent('A', 2, 'error.recorded', { error }),
      phaseChanged('A', 3, 'execute', 'errored'),
    ];
    expect(summarizeJournal(events, 'A')).toEqual({ toolCalls: 1, error });
    expect(summarizeJournal(events, 'B')).toEqual({ toolCalls: 1, error: null });
    for (const state of ['queued', 'processing']) {
      expect(summarizeJournal([...events, phaseChanged('A', 4, 'execute', state)], 'A').error).toBeNull();
    }
  });
});

describe('decisions', () => {
  test('follow their parents, in order of creation; those without a parent are at the top', () => {
    const decision = (decisionId: string, parentDecisionId: string | null, sequence: number) =>
      ({ decisionId, parentDecisionId, sequence }) as DecisionData;
    const rows = decisionRows([
      decision('c', 'a', 3),
      decision('a', null, 1),
      decision('d', 'b', 4),
      decision('b', 'a', 2),
      decision('x', '?', 5),
    ]);
    expect(rows.map(({ decision, depth }) => [decision.decisionId, depth])).toEqual([
      ['a', 0],
      ['b', 1],
      ['d', 2],
      ['c', 1],
      ['x', 0],
    ]);
  });
});

describe('a diff', () => {
  test("is shown without git's headers", () => {
    const diff =
      'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n\\ No newline\ndiff --git a/b.bin b/b.bin\nBinary files differ\n';
    expect(toUnifiedDiffLines(diff).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'file x',
      'hunk @@ -1 +1 @@',
      'removed old',
      'added new',
      'kept same',
      'note \\ No newline',
      'file b.bin',
      'note Binary files differ',
    ]);
  });
});

describe('labels', () => {
  test('show times, events and values in short form', () => {
    expect(formatClock(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
    expect(toOneLine({ a: 1 })).toBe('{"a":1}');
    expect(toOneLine('abcdef', 3)).toBe('abc…');
    expect(toOneLine(undefined)).toBe('undefined');
    expect(
      [
        '',
        'GO',
        'xstate.done.actor.0.load',
        'xstate.error.actor.load',
        'xstate.after.500.m.a',
        'xstate.done.state.m.a',
        'xstate.init',
      ].map(eventLabel),
    ).toEqual(['always', 'GO', 'done load', 'error load', 'after 500', 'done m.a', 'xstate.init']);
  });
});
