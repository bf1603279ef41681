/** Events of plans as programs read them: several plans at once, and readers that modify the events. */
import { expect, test } from 'vitest';
import type { AgentTask, Plan, PlanEvent } from '../../../src/index.ts';
import { subtreeIds } from '../../../src/runtime/plans/plan-tree.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const names = ['left', 'right'];

/** Two subplans that write one file each, and a decision. */
const inParts = (name: string) => async (task: AgentTask) => {
  if (task.plan.depth > 0) {
    await task.call('write', { path: `${task.plan.description}.txt`, content: name });
    return;
  }
  await task.call('decide', { question: 'How?', chosenOption: 'in parts', rationale: 'it is large' });
  for (const part of ['one', 'two']) await spawnSubplan(task, `${name}-${part}`);
};

const testProject = () => createTestProject(Object.fromEntries(names.map(name => [name, inParts(name)])));

async function read(events: AsyncIterable<PlanEvent>, into: PlanEvent[] = [], use = (_: PlanEvent) => {}) {
  for await (const event of events) {
    into.push(event);
    use(event);
  }
  return into;
}

test(
  'Events of two parallel plans reach their readers separately, each once and in one order [R39]',
  { timeout: 120_000 },
  async () => {
    const { troupe } = await testProject();
    const everything: PlanEvent[] = [];
    const stop = new AbortController();
    const listening = read(troupe.events({ signal: stop.signal }), everything);
    const plans = await Promise.all(
      names.map(async name => {
        await troupe.actions.create({ name, description: name, executionActor: name });
        return troupe.use({ action: name });
      }),
    );
    const live = plans.map(plan => read(plan.events({ rests: true })));
    await Promise.all(plans.map(plan => plan.execute()));
    await Promise.all(plans.map(plan => plan.waitUntilIdle()));
    await Promise.all(plans.map(plan => plan.apply()));
    const received = await Promise.all(live);

    const records = await troupe.list({ all: true, children: true });
    const families = plans.map(plan => subtreeIds(plan.id, records));
    expect(families.map(({ size }) => size)).toEqual([3, 3]);
    for (const [at, plan] of plans.entries()) {
      const events = received[at] ?? [];
      expect(new Set(events.map(({ planId }) => planId))).toEqual(families[at]);
      const seqs = events.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort());
      expect(events).toEqual(await read(plan.events()));
      expect(events.findLast(({ planId }) => planId === plan.id)).toMatchObject({ to: { state: 'applied' } });
    }
    await expect.poll(() => everything.length, { timeout: 20_000 }).toBe(received.flat().length);
    for (const [at, family] of families.entries())
      expect(everything.filter(({ planId }) => family.has(planId))).toEqual(received[at]);
    stop.abort();
    await listening;
  },
);

/** Modifies everything in an event that can be modified. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    spoil(Reflect.get(value, key));
    Reflect.set(value, key, 'spoiled');
  }
}

async function outcome(plan: Plan) {
  const { phase, state, changeSet, subplanStatuses, toolCalls, reversionCount } = await plan.waitUntilIdle();
  const decisions = await plan.decisions();
  const order = decisions.map(({ decisionId }) => decisionId);
  return {
    ...{ at: `${phase}.${state}`, toolCalls, reversionCount },
    files: changeSet?.files.map(({ path, operation, after }) => [path, operation, after]),
    subplans: subplanStatuses.map(({ goal, state, attempt }) => [goal, state, attempt]),
    decisions: decisions.map(({ type, chosenOption, parentDecisionId }) => [
      ...[type, chosenOption, order.indexOf(parentDecisionId ?? '')],
    ]),
    checkpoints: (await plan.checkpoints.list()).map(({ trigger, treeOid }) => [trigger, treeOid]),
    events: (await read(plan.events())).filter(({ planId }) => planId === plan.id).map(({ type }) => type),
  };
}

test(
  'A plan has the same outcome whether its events are read, changed by their reader, or not read at all [R40]',
  { timeout: 120_000 },
  async () => {
    const { troupe } = await testProject();
    await troupe.actions.create({ name: 'left', description: 'left', executionActor: 'left' });
    const outcomes: unknown[] = [];
    for (const use of [null, () => {}, spoil]) {
      const plan = await troupe.use({ action: 'left' });
      await plan.execute();
      const reading = use === null ? [] : await read(plan.events(), [], use);
      outcomes.push(await outcome(plan));
      expect(reading.length).toBeGreaterThan(use === null ? -1 : 10);
    }
    const [unheard, received, spoiled] = outcomes;
    expect(unheard).toMatchObject({ at: 'execute.complete', subplans: [{ 0: 'left-one' }, { 0: 'left-two' }] });
    expect(received).toEqual(unheard);
    expect(spoiled).toEqual(unheard);
  },
);
