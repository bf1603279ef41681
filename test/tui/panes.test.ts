import { beforeAll, describe, expect, test } from 'vitest';
import { TroupeError } from '../../src/index.ts';
import type { ViewName } from '../../src/tui/keys.ts';
import { waitText } from '../../src/tui/labels.ts';
import { createNotifier } from '../../src/tui/notifications.ts';
import { createPane } from '../../src/tui/panes/create-pane.ts';
import { rowText, wrapRow } from '../../src/tui/styled-row.ts';
import type { ViewModel } from '../../src/tui/view-model.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../runtime/test-project.ts';
import { viewModelOf } from './scripted-context.ts';

let testProject: TestProject;
let viewModel: ViewModel;
let planId: string;

beforeAll(async () => {
  testProject = await createTestProject(
    {
      part: async ({ plan, call }) => {
        await call('write', { path: 'a.txt', content: `${plan.description}\ntwo\nthree\nfour\nfive\n` });
      },
      quiet: () => {},
      think: async task => {
        if (task.plan.depth > 0) return;
        for (const goal of ['left', 'right'])
          await spawnSubplan(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
      },
    },
    { lasting: true },
  );
  await testProject.troupe.actions.create({
    ...{ name: 'quarrel', description: 'Quarrel', strategyActor: 'think', executionActor: 'quiet' },
    validations: [{ name: 'well', argv: ['true'], required: false }],
    budget: { toolCalls: 9 },
  });
  const plan = await testProject.troupe.use({ action: 'quarrel' });
  await plan.execute();
  await plan.waitUntilIdle();
  planId = plan.id;
  viewModel = await viewModelOf(testProject.troupe, planId);
  return () => testProject.close();
}, 60_000);

type Detail = NonNullable<ViewModel['views']['detail']>;

const seen = (view: ViewName, at: ViewModel = viewModel) => {
  const pane = createPane(view, at);
  const foot = pane.items.map(item => (pane.foot?.(item) ?? []).map(rowText));
  return { ...pane, rows: pane.items.map(item => rowText(pane.row(item))), foot };
};
const withDetail = (change: (detail: Detail) => Partial<Detail>): ViewModel => {
  const { detail } = viewModel.views;
  if (detail === null) throw new Error('nothing was looked at');
  return { ...viewModel, views: { ...viewModel.views, detail: { ...detail, ...change(detail) } } };
};

describe('a view', () => {
  test('says that it is loading, or that it is empty', () => {
    const none = { ...viewModel, views: { ...viewModel.views, detail: null } };
    for (const view of ['decisions', 'conflicts', 'checks', 'checkpoints', 'costs'] as const) {
      expect(seen(view, none)).toMatchObject({ items: [], empty: 'Looking …' });
    }
    expect(seen('tree', { ...viewModel, state: { ...viewModel.state, root: null } })).toMatchObject({
      title: 'Tree',
      items: [],
    });
    const bare = withDetail(({ record }) => ({
      ...{ decisions: [], conflicts: [], checkpoints: [] },
      record: { ...record, validations: [], invariants: [] },
    }));
    expect(seen('decisions', bare).empty).toBe('Nothing was decided yet.');
    expect(seen('conflicts', bare).empty).toBe('There are no conflicts.');
    expect(seen('checks', bare).empty).toBe('This plan has no checks and no rules.');
    expect(seen('checkpoints', bare).empty).toBe('There are no checkpoints before Execute.');
    expect(seen('plans', { ...viewModel, views: { ...viewModel.views, loaded: false } }).empty).toBe('Looking …');
  });

  test('of workers lists what each may do, or says why there are none', () => {
    const withWorkers = (workers: ViewModel['content']['workers']) =>
      seen('workers', { ...viewModel, content: { ...viewModel.content, workers } });
    expect(withWorkers(null).empty).toBe('Looking …');
    expect(withWorkers({ list: [], problem: null }).empty).toBe('There are no workers: all work is done here.');
    expect(withWorkers({ list: [], problem: 'The queue cannot be reached' }).empty).toBe('The queue cannot be reached');
    const worker = {
      id: 'w1',
      host: 'build\u001b[31m',
      pid: 1,
      version: '0.1.0',
      startedAt: '',
      concurrency: 4,
      running: 1,
    };
    const may = { agents: { steps: null, codex: '1.2.3' }, labels: ['gpu'], commands: ['npm'], hasExchange: false };
    const seenAt = new Date(Date.now() - 40_000).toISOString();
    const states = { isDraining: true, isLost: false, seenAt };
    const list = [
      { ...worker, ...may, ...states },
      { ...worker, ...may, ...states, isLost: true },
    ];
    const [row = '', lost = ''] = withWorkers({ list, problem: null }).rows;
    expect(lost).toMatch(/ \(lost, last seen 4\d s ago\) · steps, /);
    expect(row).toMatch(
      /^w1 +build.* \(ends\) · 1 of 4 · steps, codex 1\.2\.3 · labels gpu · may run npm · no exchange · 0\.1\.0$/,
    );
    expect(row).not.toContain('\u001b');
  });

  test('of a tree shows below a plan the last lines of its failed subplans, sanitized [R193]', () => {
    const { plans } = viewModel.views;
    const line = plans[planId];
    if (line?.resting == null) throw new Error('it rests');
    const lastLines = [{ planId, goal: 'left', lines: ['one', '\u001b[2Jtwo'] }];
    const error = new TroupeError('SUBPLANS_FAILED', '1 of 2 subplans did not complete', {
      details: { lastLines },
    }).toJSON();
    const failed = { ...line, resting: { ...line.resting, error } };
    const [foot] = seen('tree', {
      ...viewModel,
      views: { ...viewModel.views, plans: { ...plans, [planId]: failed } },
    }).foot;
    expect(foot).toEqual(expect.arrayContaining(['  "left" printed last:', '    | one', '    | two']));
  });

  test('of conflicts shows resolutions, and a message when a file cannot be shown', () => {
    const head = (at: ViewModel) => seen('conflicts', at).rows[0];
    expect(head(viewModel)).toBe('‼ a.txt  content  open');
    const resolved = withDetail(({ conflicts }) => ({
      conflicts: conflicts.map(conflict => ({ ...conflict, resolution: { take: 'ours' as const } })),
    }));
    expect(seen('conflicts', resolved)).toMatchObject({
      title: 'Conflicts, 0 open',
      rows: ['✓ a.txt  content  took ours'],
    });
    const partly = withDetail(({ conflicts }) => ({
      conflicts: conflicts.map(conflict => ({
        ...{ ...conflict, message: 'first\nsecond' },
        ...{ ours: { ...conflict.ours, goals: [] }, theirs: { ...conflict.theirs, goals: ['this', 'that'] } },
        hunks: conflict.hunks.flatMap(hunk => [
          { ...hunk, taken: 'both' as const },
          { ...hunk, taken: { oid: 'f' }, key: 'a.b' },
          { ...hunk, taken: null },
        ]),
      })),
    }));
    const shown = seen('conflicts', partly);
    expect(shown.rows).toEqual([
      '‼ a.txt  content  open',
      ...['  first', '  second'],
      ...['  hunk 1, line 1  took both', '  hunk 2, a.b  took content', '  hunk 3, line 1  open'],
    ]);
    expect(shown.foot[0]?.slice(0, 2)).toEqual(['ours    the plan itself', 'theirs  this; that']);
  });

  test('of conflicts shows a limited number of lines of a hunk, and suggestions', async () => {
    const view = await (await testProject.troupe.get(planId)).conflicts.get('a.txt');
    const many = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    const texts = [{ ...view.texts[0], ours: many, base: '', theirs: 'no end' }] as typeof view.texts;
    const suggestions = [{ hunk: 1, take: 'ours', reason: 'it is longer' }] as typeof view.suggestions;
    const read = {
      ...viewModel,
      content: { ...viewModel.content, conflicts: { [view.conflictId]: { ...view, texts, suggestions } } },
    };
    const shown = seen('conflicts', read);
    expect(shown.rows).toContain('    < line 11');
    expect(shown.rows).not.toContain('    < line 12');
    expect(shown.rows).toEqual(expect.arrayContaining(['    < … 8 lines more', '    | (nothing)', '    > no end']));
    expect(shown.foot.at(-1)).toContain('try ours: it is longer');
  });

  test('of checks shows what did not run, what failed, and violated invariants', () => {
    const broken = { seq: '1', at: '2026-01-02T03:04:05Z', phase: 'apply', invariantId: 'i', text: 'Keep it' } as const;
    const { rows, foot } = seen(
      'checks',
      withDetail(({ record }) => ({
        record: { ...record, validations: [...record.validations] },
        validations: { results: [], violations: [{ ...broken, files: ['a', 'b'], message: 'it went' }] },
      })),
    );
    expect(rows[0]).toMatch(/^not run {2}optional {2}well/);
    expect(rows.at(-1)).toBe('BROKEN   apply     03:04:05  Keep it');
    expect(foot.at(-1)).toEqual(['it went', 'a, b']);
    const result = {
      ...{ name: 'well', required: true, passed: true, outcome: 'stalled' as const, exitCode: null },
      ...{ outputDigest: '', outputTail: '', durationMs: 1500, treeOid: '' },
    };
    const passed = withDetail(() => ({ validations: { results: [result], violations: [] } }));
    expect(seen('checks', passed).rows[0]).toMatch(/^passed .*exit none {2}1\.5 s$/);
    const failed = withDetail(() => ({
      validations: {
        results: [{ ...result, passed: false, exitCode: 2, outputTail: '1\n2\n3\n4\n5\n' }],
        violations: [],
      },
    }));
    expect(seen('checks', failed).rows[0]).toMatch(/^FAILED .*exit 2 {2}1\.5 s$/);
    expect(seen('checks', failed).foot[0]).toEqual(['true', '2', '3', '4', '5']);
  });

  test('of checks shows findings, rules, and files of the checkout that changed', () => {
    const finding = { severity: 'note', path: null, line: null, text: 'Short' } as const;
    const rule: Detail['record']['invariants'][number] = {
      invariantId: planId,
      text: 'Only src',
      scope: 'plan',
      origin: 'plan',
      check: null,
      nonOverridable: false,
      each: 'phase',
    };
    const change = { planId, rootPlanId: planId, files: ['a.txt', 'b.txt'], accepted: false };
    const { rows, foot } = seen(
      'checks',
      withDetail(({ record }) => ({
        record: {
          ...record,
          validations: [],
          findings: [finding, { ...finding, severity: 'blocking', path: 'a.txt', line: 3 }],
          invariants: [rule],
          checkoutChanges: [change, { ...change, accepted: true }],
        },
      })),
    );
    expect(rows).toEqual([
      expect.stringMatching(/^review +note +the result {2}Short$/),
      expect.stringMatching(/^review +blocking +a\.txt:3 {2}Short$/),
      expect.stringMatching(/^rule +plan +Only src$/),
      expect.stringMatching(/^checkout +changed +a\.txt, b\.txt$/),
      expect.stringMatching(/^checkout +accepted +a\.txt, b\.txt$/),
    ]);
    expect(foot.at(-1)).toEqual(['These files of your checkout changed while an agent worked.']);
  });

  test('of costs shows limits, and unknown usage', () => {
    expect(seen('costs').rows).toEqual([
      expect.stringMatching(/^tool calls +\d+ +of 9$/),
      expect.stringMatching(/^seconds +\d+\.\d +no limit$/),
      ...[expect.stringMatching(/^tokens +\? +no limit$/), expect.stringMatching(/^usd +\? +no limit$/)],
      ...[expect.stringMatching(/^subplan .*attempt 1 +left$/), expect.stringMatching(/^subplan .*attempt 1 +right$/)],
    ]);
    const spent = withDetail(({ record }) => ({
      record: { ...record, spent: { ...record.spent, tokens: 12, usd: 0.5 } },
    }));
    expect(seen('costs', spent).rows.slice(2, 4).join()).toMatch(/tokens +12 .*usd +0\.50/);
    const unheard = { ...viewModel, views: { ...viewModel.views, subplans: {} } };
    expect(seen('costs', unheard).rows.at(-1)).toContain('attempt 1');
  });

  test('of decisions shows those with an unknown parent, their confidence, and what they are based on', () => {
    const { rows, foot } = seen(
      'decisions',
      withDetail(({ decisions }) => ({
        decisions: decisions.slice(1).map(each => ({
          ...{ ...each, confidence: 0.5, dependsOn: [planId], artifacts: ['log.txt'] },
          alternatives: [{ description: 'wait', reason: '' }],
        })),
      })),
    );
    expect(rows[0]).toMatch(/^◆ .*: left {2}50 % {2}Subplan/);
    expect(rows[1]).toBe('  ✗ rejected: wait');
    expect(foot[0]?.at(-1)).toContain(` · influenced by ${planId.slice(-8)} · log.txt`);
  });

  test('of a tree shows attempts, errors, progress, and the position of deep branches', () => {
    const children = viewModel.children.get(planId) ?? [];
    const [left, right] = children;
    if (left === undefined || right === undefined) throw new Error('there are two');
    const status = viewModel.views.subplans[left.planId];
    if (status === undefined) throw new Error('it is known');
    const error = TroupeError.serialize(new TroupeError('AGENT_FAILED', 'it fell'));
    const working = { ...left, state: 'processing' as const, note: 'writes' };
    const deep = { ...right, planId: 'deep', parentPlanId: left.planId, goal: 'deep', depth: 2 };
    const last = { ...deep, planId: 'last', parentPlanId: right.planId, goal: 'last' };
    const { rows, foot } = seen('tree', {
      ...viewModel,
      views: {
        ...viewModel.views,
        plans: { ...viewModel.views.plans, [left.planId]: working },
        subplans: {
          [left.planId]: { ...status, attempt: 2, attempts: [{ attempt: 1, error, wasRetried: true }] },
        },
      },
      children: new Map([
        ...viewModel.children,
        [planId, [working, right]],
        [left.planId, [deep]],
        [right.planId, [last]],
      ]),
    });
    expect(rows[1]).toMatch(/^├─ ▾ ● execute processing ↻1 .*left — writes$/);
    expect(rows[2]).toMatch(/^│ {2}└─ .*deep$/);
    expect(rows[4]).toMatch(/^ {3}└─ .*last$/);
    expect(foot[1]?.at(-1)).toBe('attempt 1 failed: it fell');
  });

  test('of output says whether its end is followed', () => {
    expect(seen('output').title).toBe('Output, following');
    const onFirst = { ...viewModel, state: { ...viewModel.state, cursors: { output: { index: 0, id: '0' } } } };
    expect(seen('output', onFirst).title).toBe('Output');
  });
});

describe('labels', () => {
  test('say why a plan waits', () => {
    const say = (why: Parameters<typeof waitText>[0]) => waitText(why, id => `"${id}"`);
    const until = '2026-01-01T10:32:07Z';
    expect(say({ for: 'person', need: 'failed' })).toBe('failed');
    expect(say({ for: 'limit', until, message: 'slow down' })).toBe('rate-limited until 10:32:07: slow down');
    expect(say({ for: 'retry', until, message: 'it fell' })).toBe('retries at 10:32:07: it fell');
    expect(say({ for: 'siblings', planIds: ['a', 'b'] })).toBe('after "a", "b"');
    expect(say({ for: 'turn' })).toBe('waits for a slot');
    expect(say({ for: 'children', running: 2, pending: 3 })).toBe('2 of its subplans at work, 3 wait');
  });

  test('of a row that is too long continue in the next, with their styles', () => {
    const rows = wrapRow(
      [
        { text: '[x] ', role: 'warn' },
        { text: '漢字漢字', role: 'good' },
      ],
      7,
    );
    expect(rows.map(rowText)).toEqual(['[x] 漢', '字漢字']);
    expect(rows[1]).toEqual([{ text: '字漢字', role: 'good' }]);
  });
});

test('the user is notified once of each need, and of several at once in one message', () => {
  const rung: string[] = [];
  const notice = createNotifier({ notify: text => rung.push(text) });
  const { views } = viewModel;
  const [line] = Object.values(views.plans).filter(({ depth }) => depth === 0);
  if (line === undefined) throw new Error('there is one');
  notice({ ...views, loaded: false });
  notice({ ...views, plans: {} });
  notice(views);
  notice(views);
  expect(rung).toEqual(['Quarrel: conflict to resolve']);
  const more = { ...views.plans, a: { ...line, planId: 'a' }, b: { ...line, planId: 'b', goal: 'Other' } };
  notice({ ...views, plans: more });
  expect(rung.at(-1)).toMatch(/: conflict to resolve, and 1 more$/);
  expect(rung).toHaveLength(2);
});
