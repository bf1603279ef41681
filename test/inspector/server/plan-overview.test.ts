import { describe, expect, test } from 'vitest';
import { attentionItems, type PlanRecord, type PlanSummary } from '../../../src/index.ts';
import { toPlanOverview } from '../../../src/inspector/server/plan-overview.ts';
import { needKinds } from '../../../src/inspector/state/events.ts';
import { attentionCards as pageNeedsOf } from '../../../src/inspector/view/attention.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { formatHint } from '../../../src/presentation/hints.ts';
import { toPlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import { planRecord, rootId } from '../../cli/sample-records.ts';

const error = new TroupeError('AGENT_FAILED', 'exit 1', { hints: ['troupe doctor'] }).toJSON();
const lines = (changes: Partial<PlanRecord>[]): PlanSummary[] =>
  Object.values(
    toPlanSummaries(changes.map((change, at) => planRecord({ planId: `${rootId.slice(0, -1)}${at}`, ...change }))),
  );
const line = (more: Partial<PlanSummary>): PlanSummary => ({ ...(lines([{}])[0] as PlanSummary), ...more });

const call = { approvalId: '1', words: 'run npm test', folder: '/sandbox' };

describe('a plan as the page gets it', () => {
  test('has the details of its record while it waits', () => {
    const rest = { availableCommands: ['revert'], error, conflicts: 2, files: 3, checks: { passed: 1, total: 2 } };
    expect(toPlanOverview(line({ state: 'errored', resting: rest }))).toMatchObject({
      ...{ need: 'failed', availableCommands: ['revert'], conflicts: 2, files: 3, checks: { passed: 1, total: 2 } },
      error: { message: 'exit 1', hints: ['troupe doctor'], lastOutput: [] },
    });
  });

  test('has the last lines of its failed subplans, without control sequences [R193]', () => {
    const lastLines = [{ planId: rootId, goal: 'left', lines: ['one', '\u001b[2J\u001b]0;title\u0007two\tthree'] }];
    const failed = new TroupeError('SUBPLANS_FAILED', '1 of 2 failed', { details: { lastLines } }).toJSON();
    const rest = { availableCommands: [], error: failed, conflicts: 0, files: 0, checks: { passed: 0, total: 0 } };
    expect(toPlanOverview(line({ state: 'errored', resting: rest })).error).toEqual({
      ...{ message: '1 of 2 failed', hints: failed.hints.map(formatHint) },
      lastOutput: [{ goal: 'left', lines: ['one', 'two\tthree'] }],
    });
  });

  test('has none of that while it works, except its activity and delay', () => {
    const until = '2026-12-01T00:00:00.000Z';
    const going = line({ state: 'processing', resting: null, note: 'reads', waiting: { error: error, until } });
    expect(toPlanOverview({ ...going, approvals: [{ ...call, tool: 'builtin/run' }] })).toMatchObject({
      ...{ need: 'tool-approval', approvals: [call], availableCommands: [], error: null, conflicts: 0, files: 0 },
      ...{ note: 'reads', waiting: { until, category: error.category, message: 'exit 1' } },
    });
    expect(toPlanOverview(going)).toMatchObject({ need: null, approvals: [] });
  });

  test('has the same need as in every other client, in the same order', () => {
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
    const wanted = attentionItems(plans).map(({ planId, kind }) => [planId, kind]);
    const shown = pageNeedsOf(Object.values(plans).map(toPlanOverview));
    expect(shown.map(({ plan, kind }) => [plan.planId, kind])).toEqual(wanted);
    expect(new Set(wanted.map(([, kind]) => kind))).toEqual(new Set(needKinds));
  });
});
