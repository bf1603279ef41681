/** The state at a checkpoint as a page gets it: the actors, each with the chart of its machine. */
import { expect, test } from 'vitest';
import { mergeMachine } from '../../../machines/index.ts';
import type { ActorSnapshot } from '../../../src/index.ts';
import { toChartLayout } from '../../../src/inspector/server/chart-layout.ts';
import { createMachineCharts, toActorPosition } from '../../../src/inspector/server/machine-charts.ts';
import { createRequestHandler } from '../../../src/inspector/server/request-handler.ts';
import type { ActorPosition, CheckpointPosition } from '../../../src/inspector/state/events.ts';
import { positionRows } from '../../../src/inspector/view/position-rows.ts';
import { activeStates, statesOfPlan } from '../../../src/inspector/view/states.ts';
import { createTestProject } from '../../runtime/test-project.ts';
import { planItem } from '../sample-events.ts';

/** States and transitions alone, without positions: those take the layout engine seconds. */
const charts = createMachineCharts({
  layout: async chart => toChartLayout(chart, { id: '' }),
  close: async () => {},
});

const flat = (actor: ActorPosition): ActorPosition[] => [actor, ...actor.children.flatMap(flat)];

test('[R217] each machine of the state at a checkpoint has the chart in which its state exists', async () => {
  const { troupe, run } = await createTestProject();
  const { plan } = await run(task => task.call('builtin/write-file', { path: 'b.txt', content: 'new\n' }));
  const handler = createRequestHandler(troupe, { control: false, charts });
  const seen: ActorPosition[] = [];
  for (const { checkpointId } of await plan.checkpoints.list()) {
    const answer = await handler.query({ what: 'state', plan: plan.id, checkpoint: checkpointId });
    const { actor } = answer as CheckpointPosition;
    const { state } = (await plan.checkpoints.get(checkpointId)).state as { state: { value?: unknown } };
    expect(answer).toMatchObject({ checkpointId, actor: { id: plan.id, src: 'plan', chart: 'plan' } });
    expect(actor.value).toEqual(state.value);
    seen.push(...flat(actor));
  }
  for (const { chart, value } of seen) {
    expect(chart === null).toBe(value === null);
    if (chart === null) continue;
    const picture = await charts.layout(String(chart));
    // The root of the chart, and at least one state of it.
    expect(activeStates(picture, value).size).toBeGreaterThan(1);
  }
  expect(new Set(seen.map(({ chart }) => chart))).toEqual(new Set(['plan', 'attempt', 'reconciliation', null]));
});

test('finds the machines of groups and of plans in groups, and refuses a machine that does not exist', async () => {
  const actor = (src: string, value: string, children: ActorSnapshot[] = []): ActorSnapshot => {
    return { uid: src, id: src, src, state: { value }, children };
  };
  const merge = actor('merge', Object.keys(mergeMachine.states)[0] ?? '');
  const group = (inner: ActorSnapshot[]) =>
    actor('subplans', 'running', [actor('shard', 'running', [actor('child', 'running', inner)])]);
  const deep = group([actor('plan', 'execute', [group([actor('plan', 'execute', [merge])])])]);
  const rows = positionRows(new Map(), toActorPosition(actor('plan', 'execute', [deep])));
  const level = ['plan', 'subplans', 'shard', 'child'];
  expect(rows.map(({ actor }) => actor.chart)).toEqual([...level, ...level, 'plan', 'merge']);
  expect(rows.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await expect(charts.layout('none')).rejects.toMatchObject({ code: 'USAGE' });
});

test('finds the state of a plan that has no running actor by its phase and state', async () => {
  const picture = await charts.layout('plan');
  const stateOf = (phase: string, state: string) => [...statesOfPlan(picture, planItem('P', { phase, state }))];
  const lifecycle = ['plan', 'plan.active', 'plan.active.lifecycle'];
  const execute = 'plan.active.lifecycle.execute';
  expect(stateOf('execute', 'complete')).toEqual([...lifecycle, execute, `${execute}.complete`]);
  expect(stateOf('execute', 'paused')).toEqual(['plan', 'plan.active', 'plan.active.paused']);
  expect(stateOf('apply', 'applied')).toEqual(['plan', 'plan.applied']);
  expect(stateOf('apply', 'unknown')).toEqual([]);
});
