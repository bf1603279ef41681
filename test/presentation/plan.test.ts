import { describe, expect, test } from 'vitest';
import { goalError, terminatedError } from '../../src/cli/goal.ts';
import { PlanData } from '../../src/cli/schemas/plan.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import { errorCodes, TroupeError } from '../../src/model/errors.ts';
import type { PlanRecord } from '../../src/model/plan.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { shortId } from '../../src/presentation/hints.ts';
import { nextCommands, nextLines } from '../../src/presentation/next-commands.ts';
import { planData } from '../../src/presentation/plan-data.ts';
import { stateLabel, stateReason } from '../../src/presentation/plan-state.ts';
import { formatSummary, summarizeResult } from '../../src/presentation/result-summary.ts';
import { treeLines } from '../../src/presentation/text-layout.ts';
import type { Plan } from '../../src/runtime/api.ts';
import { childId, planRecord, rootId } from '../cli/sample-records.ts';
import { hintLine } from '../hint-line.ts';

const id = shortId(rootId);
const side = { oid: null, mode: null, planIds: [], goals: [] };
const conflict = (path: string): Conflict => ({
  conflictId: `${childId}:${path}`,
  alias: 'main',
  path,
  kind: 'content',
  base: side,
  ours: side,
  theirs: side,
  markedOid: null,
  hunks: [],
  message: '',
});
const changeSet = (...paths: string[]): PlanRecord['changeSet'] => ({
  alias: 'main',
  baseTree: 't0',
  resultTree: 't1',
  files: paths.map(path => ({ path, operation: 'modified', before: 'a', after: 'b', mode: '100644' })),
});
const finishedSubplan: PlanRecord['subplanStatuses'] = [
  {
    planId: childId,
    decisionId: rootId,
    goal: 'part',
    state: 'complete',
    attempt: 1,
    error: null,
    attempts: [],
    treeOid: null,
  },
];
const failed = new TroupeError('VALIDATION_FAILED', 'tests failed', { hints: ['troupe plan logs'] }).toJSON();

describe('a plan as JSON', () => {
  test("[R120] matches its schema, and keeps the action's own keys unchanged", () => {
    const data = planData(
      planRecord({
        changeSet: changeSet('a.ts'),
        conflicts: [conflict('b.ts')],
        error: failed,
        errorDetails: { exitCode: 1 },
        applySummary: { target: { kind: 'branch', branch: 'b' }, commits: ['c'], files: ['a.ts'] },
        subplanStatuses: finishedSubplan,
      }),
    );
    expect(PlanData.parse(data)).toMatchObject({
      plan_id: rootId,
      arguments: { fromName: 'foo' },
      error: { code: 'VALIDATION_FAILED' },
      available_commands: ['apply', 'revert', 'cancel'],
      error_details: { exitCode: 1 },
      project_links: [{ base_commit: 'c0' }],
      files: [{ path: 'a.ts', operation: 'modified' }],
      conflicts: [{ path: 'b.ts', kind: 'content' }],
      subplan_statuses: [{ plan_id: childId, state: 'complete' }],
    });
  });
});

describe('the next commands', () => {
  test('[R93] are command lines for every available command, best first, cancel last', () => {
    expect(nextCommands(planRecord({ availableCommands: ['cancel', 'revert', 'apply'] }))).toEqual([
      `troupe plan diff --plan ${id}`,
      `troupe plan apply ${id}`,
      `troupe plan revert ${id}`,
      `troupe plan cancel ${id}`,
    ]);
    expect(nextCommands(planRecord({ availableCommands: ['answerApproval'] }))).toEqual([
      `troupe plan approve ${id}`,
      `troupe plan deny ${id}`,
    ]);
    const asked: Approval = {
      ...{ approvalId: childId, planId: rootId, rootPlanId: rootId, goal: 'Do it', tool: 'builtin/ask-person' },
      ...{ words: 'Which?', folder: '/sandbox', input: '', threshold: null, confidence: 1, timeoutSeconds: 60 },
      ...{ question: { text: 'Which?', choices: [] }, answer: null },
    };
    expect(nextCommands(planRecord({ availableCommands: ['answerApproval'], approvals: [asked] }))).toEqual([
      `troupe plan answer 'your answer' --plan ${id}`,
    ]);
    const all = ['start', 'execute', 'approve', 'resume', 'pause', 'resolve'];
    expect(nextCommands(planRecord({ availableCommands: all, conflicts: [conflict('a b.ts')] }))).toEqual([
      `troupe plan execute ${id}`,
      `troupe plan apply ${id}`,
      `troupe plan conflicts ${id}`,
      `troupe plan resolve 'a b.ts' --take ours --plan ${id}`,
      `troupe plan resolve 'a b.ts' --take theirs --plan ${id}`,
      `troupe plan resume ${id}`,
      `troupe plan pause ${id}`,
    ]);
    const part = { applyId: rootId, target: { kind: 'checkout' } as const, commits: [], files: [], left: [] };
    const partial = (subplans: string[]) =>
      nextCommands(
        planRecord({
          availableCommands: ['applyPart'],
          subplanStatuses: finishedSubplan,
          appliedParts: [{ ...part, subplans }],
        }),
      );
    expect(partial([])).toEqual([`troupe plan apply ${id} --finished`]);
    expect(partial([childId])).toEqual([]);
    expect(nextCommands(planRecord({ availableCommands: [] }))).toEqual([]);
    expect(
      nextLines(
        nextCommands(planRecord({ availableCommands: all, conflicts: [conflict('a b.ts')] })),
        createColors(false),
      ),
    ).toEqual([
      `  next: troupe plan execute ${id}`,
      `  next: troupe plan apply ${id}`,
      `  next: troupe plan conflicts ${id}`,
    ]);
  });
});

describe('the state of a plan', () => {
  const why = (phase: PlanRecord['phase'], state: PlanRecord['state'], more: Partial<PlanRecord> = {}) =>
    stateReason(planRecord({ phase, state, ...more }));

  test('[R121] is shown with its reason', () => {
    expect(why('strategize', 'queued')).toBe('Not started.');
    expect(why('apply', 'queued')).toBe('Waiting for its turn to apply.');
    expect(why('execute', 'queued', { resting: false })).toBe(
      'Waiting for a slot to execute: the maximum number of plans is running.',
    );
    expect(why('execute', 'processing', { slot: 'wanted' })).toMatch(/^Waiting for a slot to continue/);
    expect(why('execute', 'processing', { subplansWait: true })).toMatch(/^Waiting for its subplans, none of which/);
    expect(why('execute', 'processing')).toBe('Working: execute.');
    expect(why('strategize', 'complete')).toContain('the profile "supervised" leaves the next step to you');
    expect(why('execute', 'complete', { changeSet: changeSet('a') })).toContain('1 file changed');
    expect(why('execute', 'complete')).toContain('0 files changed');
    expect(why('execute', 'complete', { error: failed })).toBe('Apply was refused: tests failed');
    expect(why('execute', 'conflicted', { conflicts: [conflict('a'), conflict('b')] })).toContain('2 conflicts must');
    expect(why('execute', 'conflicted')).toBe('All conflicts are resolved; the merge continues.');
    expect(why('execute', 'errored', { error: failed })).toBe('execute failed: tests failed');
    expect(why('execute', 'errored', { errorMessage: 'old' })).toBe('execute failed: old');
    expect(why('execute', 'errored')).toBe('execute failed: unknown reason');
    expect(why('apply', 'constrained', { error: failed })).toBe('The result cannot be applied: tests failed');
    expect(why('apply', 'constrained')).toBe('The result cannot be applied: a check failed');
    expect(why('execute', 'paused')).toBe('Paused.');
    expect(why('apply', 'applied')).toBe('Applied: 0 files.');
    expect(why('execute', 'cancelled', { cancelReason: 'enough' })).toBe('Cancelled: enough.');
    expect(why('execute', 'cancelled')).toBe('Cancelled: no reason given.');
    expect(why('execute', 'queued', { checking: true })).toBe('The checks before execute are running.');
    expect(why('strategize', 'queued', { error: failed })).toBe('Strategize was refused: tests failed');
    expect(why('execute', 'queued')).toMatch(/^Rolled back to a checkpoint\./);
    expect(why('execute', 'paused', { error: failed })).toBe('Paused, with an error: tests failed');
    const queue = { cap: 'machine', agent: 'claude', most: 2, ahead: 1 } as const;
    expect(why('execute', 'processing', { queue })).toMatch(
      /^Waiting: 2 agents on this machine .* 1 ahead in the queue\.$/,
    );
  });

  test('names what was applied before', () => {
    const part = { applyId: childId, target: { kind: 'checkout' as const }, subplans: [], left: [] };
    const committed = { ...part, commits: ['0123456789'], files: ['a', 'b'] };
    const uncommitted = { ...part, commits: [], files: ['b'] };
    expect(why('apply', 'applied', { appliedParts: [committed, uncommitted] })).toBe(
      'Applied: 0 files; 2 files applied before (01234567).',
    );
    expect(why('execute', 'processing', { appliedParts: [uncommitted] })).toBe(
      'Working: execute; 1 file applied before.',
    );
  });

  test('[R135] shows what a working plan waits for and until when', () => {
    const waiting = {
      error: new TroupeError('RATE_LIMITED', 'too many requests').toJSON(),
      tries: 0,
      triesMax: 3,
      waitMs: 60_000,
      until: '2026-01-01T13:00:00.000Z',
    };
    const waits = (more: object) => why('execute', 'processing', { waiting: { ...waiting, ...more } });
    expect(waits({})).toBe('Waiting: rate-limited until 2026-01-01T13:00:00Z: too many requests');
    expect(waits({ until: null })).toBe('Waiting: rate-limited for 1 min: too many requests');
    expect(waits({ until: null, waitMs: 600_000 })).toContain('for 10 min');
    expect(waits({ until: null, waitMs: 10_800_000 })).toContain('for 3 h');
    expect(waits({ error: failed, tries: 1, waitMs: 1_500, until: null })).toBe(
      'Waiting: attempt 1 of 3 failed, retry after 2 s: tests failed',
    );
  });

  test('is two words, or one when it is final', () => {
    expect(stateLabel({ phase: 'execute', state: 'complete', error: null })).toBe('execute complete');
    expect(stateLabel({ phase: 'apply', state: 'applied', error: null })).toBe('applied');
    expect(stateLabel({ phase: 'execute', state: 'cancelled', error: null })).toBe('cancelled');
  });
});

describe('a failure to reach the goal', () => {
  test('is null when the plan reached it', () => {
    expect(goalError(planRecord({ phase: 'strategize', state: 'complete' }), 'strategize')).toBeNull();
    expect(goalError(planRecord(), 'execute')).toBeNull();
    expect(goalError(planRecord({ phase: 'apply', state: 'applied' }), 'apply')).toBeNull();
    expect(goalError(planRecord({ state: 'paused' }), 'execute')).toBeNull();
  });

  test('[R28] is a conflict, with its paths and the exit code 5', () => {
    const error = goalError(
      planRecord({ state: 'conflicted', availableCommands: ['resolve'], conflicts: [conflict('a.ts')] }),
      'execute',
    );
    expect(error).toMatchObject({ code: 'MERGE_CONFLICT', message: expect.stringContaining('a.ts') });
    expect(error?.hints[0]).toEqual(hintLine(`troupe plan conflicts ${id}`));
    expect(error && errorCodes[error.code].exitCode).toBe(5);
  });

  test('[R243] of attempts without a verdict is the choice between them, with the commands that show and take one', () => {
    const attempts = [1, 2].map(attempt => ({ attempt, planId: childId, treeOid: 't' }));
    const choice: Conflict = { ...conflict('attempts'), kind: 'attempts', attempts };
    const error = goalError(
      planRecord({ state: 'conflicted', availableCommands: ['resolve'], conflicts: [choice], error: failed }),
      'execute',
    );
    expect(error?.message).toMatch(/^Choose one of the attempts 1, 2: .*The judge gave no verdict: tests failed/);
    expect(error?.hints.slice(0, 3)).toEqual(
      [`conflicts ${id}`, `diff --attempt 1 --plan ${id}`, `resolve --attempt 1 --plan ${id}`].map(words =>
        hintLine(`troupe plan ${words}`),
      ),
    );
  });

  test('is the error, with its own hints, or else the plan’s', () => {
    const error = goalError(planRecord({ state: 'errored', error: failed, availableCommands: ['execute'] }), 'execute');
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      where: `plan ${id}`,
      hints: [hintLine('troupe plan logs')],
    });
    const mute = planRecord({ state: 'errored', error: { ...failed, hints: [] }, availableCommands: ['execute'] });
    expect(goalError(mute, 'execute')?.hints).toEqual([hintLine(`troupe plan execute ${id}`)]);
    expect(goalError(planRecord({ error: { ...failed, where: 'here' } }), 'execute')?.where).toBe('here');
  });

  test('is the cancellation of the plan', () => {
    expect(goalError(planRecord({ state: 'cancelled', cancelReason: 'enough' }), 'execute')).toMatchObject({
      code: 'CANCELLED',
      message: 'The plan was cancelled: enough',
    });
    expect(
      terminatedError(planRecord({ state: 'paused', availableCommands: ['resume'] }), 'execute', { attached: false }),
    ).toMatchObject({
      code: 'CANCELLED',
      hints: [hintLine(`troupe plan resume ${id}`)],
    });
    expect(terminatedError(planRecord(), 'execute', { attached: false })).toBeNull();
    const applying = planRecord({ phase: 'apply', state: 'processing', resting: false, availableCommands: ['cancel'] });
    const hintsOf = (attached: boolean) => terminatedError(applying, 'apply', { attached })?.hints;
    expect(hintsOf(false)).toEqual([hintLine(`troupe plan resume ${id}`), hintLine(`troupe plan cancel ${id}`)]);
    expect(hintsOf(true)).toEqual([hintLine(`troupe plan cancel ${id}`)]);
    expect(goalError(planRecord({ state: 'cancelled' }), 'execute')?.message).toContain('no reason given');
  });
});

describe('a summary', () => {
  const plan = (stat: string) => ({ diff: () => Promise.resolve(stat) }) as unknown as Plan;

  test('counts what was measured', async () => {
    const stat = ' a.ts | 3 ++-\n 2 files changed, 2 insertions(+), 1 deletion(-)\n';
    const done = planRecord({ resultTree: 't1', changeSet: changeSet('a', 'b'), conflicts: [conflict('x')] });
    expect(formatSummary(await summarizeResult(plan(stat), done))).toBe(
      'Result: 2 files (+2 −1) · 0/0 subplans · 0/0 checks · 1 conflict',
    );
  });

  test('has no size without a result, though files may have changed [R194]', async () => {
    const failed = planRecord({ state: 'errored', workTree: 't1' });
    expect(formatSummary(await summarizeResult(plan('never asked 9 insertions(+)'), failed))).toBe(
      'No result · 0/0 subplans · 0/0 checks · 0 conflicts',
    );
  });

  test('is zero for a result that changes nothing', async () => {
    const same = planRecord({ resultTree: 't1', changeSet: changeSet() });
    expect(formatSummary(await summarizeResult(plan(''), same))).toBe(
      'Result: 0 files (+0 −0) · 0/0 subplans · 0/0 checks · 0 conflicts',
    );
  });
});

describe('a tree', () => {
  test('is drawn with its branches', () => {
    const tree = {
      name: 'a',
      kids: [
        { name: 'b', kids: [{ name: 'c', kids: [] }] },
        { name: 'd', kids: [] },
      ],
    };
    type Node = { name: string; kids: Node[] };
    expect(
      treeLines<Node>(
        tree,
        ({ kids }) => kids,
        ({ name }) => name,
      ),
    ).toEqual(['a', '├─ b', '│  └─ c', '└─ d']);
  });
});
