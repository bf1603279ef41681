import { describe, expect, test } from 'vitest';
import { needsOf, type PlanLine, type PlanRecord } from '../../../src/index.ts';
import { needKinds } from '../../../src/inspector/book/item.ts';
import { planItem } from '../../../src/inspector/server/plan-item.ts';
import { needsOf as pageNeedsOf } from '../../../src/inspector/view/needs.ts';
import { Fault } from '../../../src/model/fault.ts';
import { plansOf } from '../../../src/runtime/views/plans.ts';
import { record, rootId } from '../../cli/records.ts';

const error = new Fault('AGENT_FAILED', 'exit 1', { hints: ['troupe doctor'] }).toJSON();
const lines = (changes: Partial<PlanRecord>[]): PlanLine[] =>
  Object.values(plansOf(changes.map((change, at) => record({ planId: `${rootId.slice(0, -1)}${at}`, ...change }))));
const line = (more: Partial<PlanLine>): PlanLine => ({ ...(lines([{}])[0] as PlanLine), ...more });

const call = { approvalId: '1', words: 'run npm test', folder: '/sandbox' };

describe('a plan as the page is told of it', () => {
  test('says what its record says where it rests', () => {
    const rest = { ways: ['revert'], error, conflicts: 2, files: 3, checks: { passed: 1, total: 2 } };
    expect(planItem(line({ state: 'errored', rest }))).toMatchObject({
      ...{ need: 'failed', ways: ['revert'], conflicts: 2, files: 3, checks: { passed: 1, total: 2 } },
      error: { message: 'exit 1', hints: ['troupe doctor'] },
    });
  });

  test('has nothing of that while it goes on, but what it does and waits for', () => {
    const until = '2026-12-01T00:00:00.000Z';
    const going = line({ state: 'processing', rest: null, note: 'reads', waiting: { fault: error, until } });
    expect(planItem({ ...going, approvals: [{ ...call, tool: 'builtin/run' }] })).toMatchObject({
      ...{ need: 'consent', asked: [call], ways: [], error: null, conflicts: 0, files: 0 },
      ...{ note: 'reads', waiting: { until, category: error.category, message: 'exit 1' } },
    });
    expect(planItem(going)).toMatchObject({ need: null, asked: [] });
  });

  test('needs the same of a person as in every other window, in the same order', () => {
    const all = lines([
      { state: 'paused', phase: 'execute' },
      { state: 'complete', phase: 'execute' },
      { state: 'complete', phase: 'strategize' },
      { state: 'constrained', phase: 'apply' },
      { state: 'errored', phase: 'execute' },
      { state: 'conflicted', phase: 'execute' },
      { state: 'queued', phase: 'execute' },
      { state: 'queued', phase: 'strategize', error },
    ]);
    const asking = { ...line({ planId: 'asking' }), approvals: [{ ...call, tool: 'a' }] };
    const plans = Object.fromEntries([...all, asking].map(each => [each.planId, each]));
    const wanted = needsOf(plans).map(({ planId, kind }) => [planId, kind]);
    const shown = pageNeedsOf(Object.values(plans).map(planItem));
    expect(shown.map(({ plan, kind }) => [plan.planId, kind])).toEqual(wanted);
    expect(new Set(wanted.map(([, kind]) => kind))).toEqual(new Set(needKinds));
  });
});
