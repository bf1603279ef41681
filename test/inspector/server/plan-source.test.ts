/** Plans that the inspector observes, of this process and of another, and the queries and commands of a page. */
import { describe, expect, test } from 'vitest';
import type { AgentTask, Troupe } from '../../../src/index.ts';
import { createBroadcaster } from '../../../src/inspector/server/broadcaster.ts';
import { createChartLayouter } from '../../../src/inspector/server/layout-worker.ts';
import { createMachineCharts } from '../../../src/inspector/server/machine-charts.ts';
import { followTroupe } from '../../../src/inspector/server/plan-source.ts';
import { createRequestHandler } from '../../../src/inspector/server/request-handler.ts';
import type { InspectorEvent, PlanOverview } from '../../../src/inspector/state/events.ts';
import type { InspectorStore } from '../../../src/inspector/state/store.ts';
import { serveInspector } from '../../../src/inspector.ts';
import { createClientFixture, testAction } from '../../host/client-fixture.ts';
import { collectListenerWarnings } from '../../listener-warnings.ts';
import { createTestProject, spawnSubplan } from '../../runtime/test-project.ts';

const charts = createMachineCharts(createChartLayouter());

/** Observes a Troupe until the reported events are sufficient. */
function looking(troupe: Troupe, more: { endedMax?: number } = {}) {
  const broadcaster = createBroadcaster();
  const stop = new AbortController();
  const batches: boolean[] = [];
  const actors = { add: ({ snapshot }: { snapshot: boolean }) => void batches.push(snapshot) };
  const over = followTroupe({ troupe, broadcaster, actors, signal: stop.signal, reconnectMs: 5, ...more });
  return {
    broadcaster,
    batches,
    over,
    until: (enough: (store: InspectorStore) => boolean) =>
      new Promise<void>(resolve => {
        const unlisten = broadcaster.subscribe(() => {
          if (!enough(broadcaster.store)) return;
          queueMicrotask(() => unlisten());
          resolve();
        });
      }),
    async close() {
      stop.abort();
      await over;
      broadcaster.close();
    },
  };
}

const seqs = (store: InspectorStore) => store.planEvents.map(({ seq }) => seq);
const is = (planId: string, state: string) => (store: InspectorStore) => {
  const plan = store.plans.get(planId);
  return plan?.state === state && (plan.need !== null || plan.state === 'applied');
};

describe('an observed Troupe', () => {
  test('reports its plans from their first event on, each once, to late readers too', async () => {
    const { troupe, run } = await createTestProject();
    const early = looking(troupe);
    const spawning = (task: AgentTask) =>
      task.plan.parentPlanId === null
        ? spawnSubplan(task, 'part')
        : task.call('builtin/write-file', { path: 'b.txt', content: 'new\n' });
    const { plan } = await run(spawning);
    await early.until(is(plan.id, 'complete'));
    const late = looking(troupe);
    await late.until(is(plan.id, 'complete'));
    await plan.apply();
    await plan.waitUntilIdle();
    const all: string[] = [];
    for await (const { seq } of plan.events()) all.push(seq);
    await Promise.all([early, late].map(({ until }) => until(store => seqs(store).length >= all.length)));
    for (const { broadcaster, batches } of [early, late]) {
      expect(seqs(broadcaster.store)).toEqual(all);
      expect(broadcaster.store.planEvents[0]?.name).toBe('plan.created');
      expect([...broadcaster.store.plans.values()].map(({ depth }) => depth).sort()).toEqual([0, 1]);
      expect(batches[0]).toBe(true);
    }
    await early.until(is(plan.id, 'applied'));
    expect(early.broadcaster.store.plans.get(plan.id)).toMatchObject({ state: 'applied', error: null, need: null });
    await early.close();
    await late.close();
  });

  test('is observed further when its owner ends and another one starts', async () => {
    await using clients = createClientFixture();
    const owner = await clients.openClient();
    const window = await clients.openClient();
    const { broadcaster, until, batches, close } = looking(window.troupe);
    await owner.troupe.actions.create(testAction);
    const use = (troupe: Troupe) => troupe.use({ action: 'local/play', start: true });
    const first = await use(owner.troupe);
    await until(is(first.id, 'complete'));
    await owner.close();
    const second = await use(window.troupe);
    await until(is(second.id, 'complete'));
    expect(seqs(broadcaster.store).filter((seq, index, all) => all.indexOf(seq) !== index)).toEqual([]);
    expect(broadcaster.store.plans.size).toBe(2);
    expect(batches.filter(snapshot => snapshot).length).toBeGreaterThan(1);
    await close();
  });
});

test('with many plans adds few listeners to one signal [R328]', async () => {
  const warnings = collectListenerWarnings();
  await using clients = createClientFixture();
  const owner = await clients.openClient();
  const window = await clients.openClient();
  await owner.troupe.actions.create(testAction);
  const looks = [looking(owner.troupe), looking(window.troupe)];
  for (let count = 0; count < 12; count++) await owner.troupe.use({ action: 'local/play', start: false });
  for (const { until, close } of looks) {
    await until(({ plans }) => plans.size === 12);
    await close();
  }
  expect(await warnings.stop()).toEqual([]);
});

describe('plans that ended before', () => {
  test('are skipped except for the newest, and a closed Troupe reports nothing more', async () => {
    const { troupe } = await createTestProject();
    await troupe.actions.create(testAction);
    const made = [];
    for (let count = 0; count < 3; count++) {
      const plan = await troupe.use({ action: 'local/play', start: false });
      await plan.cancel('enough');
      made.push(plan.id);
    }
    const { broadcaster, until, over } = looking(troupe, { endedMax: 1 });
    await until(({ plans }) => plans.size > 0);
    expect([...broadcaster.store.plans.keys()]).toEqual(made.slice(-1));
    const later = await troupe.use({ action: 'local/play', start: false });
    await until(({ plans }) => plans.has(later.id));
    expect(broadcaster.store.plans.size).toBe(2);
    await troupe.close();
    await over;
    broadcaster.close();
  });
});

describe('a page', () => {
  /** A plan that waits in a conflict. */
  async function quarrel() {
    const writing = (goal: string, content: string) => ({
      subplan: { goal, executionActor: { kind: 'steps', steps: [{ write: { path: 'a.txt', content } }] } },
    });
    const testProject = await createTestProject({}, { files: { 'a.txt': 'one\n' } });
    const strategyActor = { kind: 'steps', steps: [writing('be loud', 'ONE\n'), writing('be brief', '1\n')] };
    return { ...testProject, ...(await testProject.run(() => {}, { strategyActor })) };
  }

  test('may query decisions, checkpoints, conflicts and diffs, without credentials', async () => {
    const { troupe, plan } = await quarrel();
    const handler = createRequestHandler(troupe, { control: false, charts });
    const ask = { plan: plan.id };
    expect(await handler.query({ ...ask, what: 'decisions' })).toHaveLength((await plan.decisions()).length);
    const [checkpoint] = (await handler.query({ ...ask, what: 'checkpoints' })) as { checkpointId: string }[];
    expect(await handler.query({ ...ask, what: 'conflicts' })).toMatchObject([{ path: 'a.txt' }]);
    expect(await handler.query({ ...ask, what: 'conflict', conflict: 'a.txt' })).toMatchObject({
      texts: [{ ours: 'ONE\n', theirs: '1\n' }],
    });
    expect(await handler.query({ ...ask, what: 'diff', from: checkpoint?.checkpointId ?? '', to: plan.id })).toEqual(
      expect.any(String),
    );
    await expect(handler.query({ ...ask, what: 'conflict', conflict: 'b.txt' })).rejects.toMatchObject({
      code: 'UNKNOWN_CONFLICT',
    });
  });

  test('may send the commands of a user when control is enabled', async () => {
    const { troupe, plan, git } = await quarrel();
    const deaf = createRequestHandler(troupe, { control: false, charts });
    await expect(deaf.execute({ do: 'pause', plan: plan.id })).rejects.toMatchObject({ code: 'USAGE' });
    const handler = createRequestHandler(troupe, { control: true, charts });
    const order = (order: object) => handler.execute({ plan: plan.id, ...order } as never);
    await order({ do: 'resolve', conflict: 'a.txt', take: 'theirs', hunk: 1 });
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', phase: 'execute' });
    const [checkpoint] = await plan.checkpoints.list();
    const given = { checkpoint: checkpoint?.checkpointId };
    expect(await order({ do: 'rollback', dryRun: true, ...given })).toMatchObject({
      checkpoint: { checkpointId: given.checkpoint },
    });
    const { planId } = (await order({ do: 'fork', ...given })) as { planId: string };
    await order({ do: 'cancel', plan: planId });
    expect(await (await troupe.get(planId)).waitUntilIdle()).toMatchObject({
      state: 'cancelled',
      cancelReason: 'cancelled from the inspector',
    });
    await order({ do: 'pause' });
    await order({ do: 'resume' });
    await plan.waitUntilIdle();
    await order({ do: 'apply' });
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'applied' });
    expect(git('show', 'HEAD:a.txt')).toBe('1\n');
    await expect(order({ do: 'execute' })).rejects.toMatchObject({ code: 'PHASE_GUARD' });
    await expect(order({ do: 'resolve', conflict: 'a.txt', take: 'ours' })).rejects.toMatchObject({
      code: expect.any(String),
    });
  });

  test('can be exported as one self-contained file', async () => {
    const { troupe, plan } = await quarrel();
    const inspector = await serveInspector({ troupe });
    await inspector.waitUntilQuiet();
    const report = await inspector.report();
    expect(report).not.toMatch(/(?:src|href)="(?!data:)/);
    const [, json = ''] = /<script type="application\/json" id="report">(.*?)<\/script>/.exec(report) ?? [];
    const { items, answers } = JSON.parse(json) as { items: InspectorEvent[]; answers: Record<string, unknown> };
    const plans = items.filter((item): item is PlanOverview => item.type === 'plan');
    expect(plans.find(({ planId }) => planId === plan.id)).toMatchObject({ state: 'conflicted', conflicts: 1 });
    for (const { checkpointId: checkpoint } of await plan.checkpoints.list()) {
      expect(answers[JSON.stringify({ what: 'state', plan: plan.id, checkpoint })]).toMatchObject({
        checkpointId: checkpoint,
        actor: { chart: 'plan' },
      });
    }
    expect(answers[JSON.stringify({ what: 'chart', machine: 'plan' })]).toMatchObject({ id: 'plan' });
    const [conflict] = await plan.conflicts.list();
    expect(answers[JSON.stringify({ what: 'conflict', plan: plan.id, conflict: conflict?.conflictId })]).toMatchObject({
      path: 'a.txt',
    });
    const [, map = ''] = /<script type="importmap">(.*?)<\/script>/.exec(report) ?? [];
    const { imports } = JSON.parse(map) as { imports: Record<string, string> };
    const texts = Object.values(imports).map(url => Buffer.from(url.split(',')[1] ?? '', 'base64').toString());
    const wanted = texts.flatMap(text =>
      [...text.matchAll(/(?:from|import)\s+['"]([^'"]+)['"]/g)].map(([, name]) => name ?? ''),
    );
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter(name => !(name in imports))).toEqual([]);
    await inspector.close();
  });
});

describe('a start requested from a page', () => {
  test('[R181] returns the rejection, which the plan keeps as its need', async () => {
    const { troupe } = await createTestProject();
    await troupe.actions.create({ name: 'stopped', description: 'Gone', executionActor: 'absent' });
    const plan = await troupe.use({ action: 'stopped', start: false });
    const handler = createRequestHandler(troupe, { control: true, charts });
    await expect(handler.execute({ do: 'execute', plan: plan.id })).rejects.toMatchObject({ code: 'UNKNOWN_AGENT' });
    const seen = looking(troupe);
    await seen.until(store => store.plans.get(plan.id)?.need === 'refused');
    expect(seen.broadcaster.store.plans.get(plan.id)?.error?.message).toContain('There is no agent absent');
    await seen.close();
  });
});
