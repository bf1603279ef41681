import { expect, test } from 'vitest';
import type { Conflict } from '../../src/model/conflict.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanRecord } from '../../src/model/plan.ts';
import { explainEmptyDiff } from '../../src/presentation/empty-diff.ts';
import { planRecord } from '../cli/sample-records.ts';

const error = new TroupeError('AGENT_FAILED', 'exit 1\nat line 2').toJSON();
const explain = (record: Partial<PlanRecord>, range = {}) =>
  explainEmptyDiff({ ...planRecord({}), ...record }, { paths: [], ...range });

test('An empty diff names the range that was asked for', () => {
  expect(explain({}, { paths: ['a.ts', 'b\n.ts'] })).toBe('No changes in a.ts, b .ts.');
  expect(explain({}, { correction: 'c' })).toBe('No changes: the correction came to the same files.');
  expect(explain({}, { from: 'x' })).toBe('No changes: the two are the same.');
  expect(explain({}, { to: 'x' })).toBe('No changes: the two are the same.');
});

const conflict = { kind: 'content', path: 'a.txt' } as Conflict;
const choice = { kind: 'attempts', attempts: [{ attempt: 2, planId: 'p', treeOid: 't' }] } as Conflict;

test.each<[Partial<PlanRecord>, string]>([
  [{ state: 'conflicted', conflicts: [conflict] }, 'its conflicts come first ("troupe plan conflicts" lists them)'],
  [
    { state: 'conflicted', conflicts: [choice] },
    'no attempt was chosen yet ("troupe plan diff --attempt 2" shows one)',
  ],
  [{ state: 'cancelled' }, 'the plan was cancelled before it changed a file'],
  [{ state: 'complete', error }, 'apply was refused (AGENT_FAILED: exit 1 at line 2)'],
  [{ phase: 'strategize', state: 'errored', error }, 'the strategy failed (AGENT_FAILED: exit 1 at line 2)'],
  [{ phase: 'strategize', state: 'complete' }, 'it was not executed yet'],
  [{ state: 'queued' }, 'it was not executed yet'],
  [{ state: 'errored', error: null }, 'execute failed before it changed a file'],
  [{ state: 'processing' }, 'the plan changed no file so far'],
  [{ state: 'paused' }, 'the plan changed no file so far'],
  [{ state: 'complete' }, 'the plan changed no file'],
])('An empty diff of a plan with %o is explained', (record, reason) => {
  expect(explain(record)).toBe(`No changes: ${reason}.`);
});
