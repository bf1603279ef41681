/** Parts of a plan brought home before the rest: while children work, in a conflict, after a failure, of a reviewed result. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan, PlanRecord } from '../../src/index.ts';
import { type Playhouse, playhouse, spawn } from './playhouse.ts';

const states = ({ phase, state }: PlanRecord) => `${phase}.${state}`;
const subjects = (house: Playhouse) => house.git('log', '--format=%s').trim().split('\n');
const changedBy = (house: Playhouse, commit = 'HEAD') =>
  house.git('show', '--format=', '--name-only', commit).trim().split('\n');

/** A door that somebody opens. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Until so many subplans are complete. */
async function completed(plan: Plan, count: number): Promise<void> {
  let complete = 0;
  for await (const event of plan.events()) {
    if (event.type === 'subplan.changed' && event.status.state === 'complete') complete += 1;
    if (complete === count) return;
  }
}

/** `first` writes at once, `second` when the gate opens, `third` after the second has begun and ended, in its turn. */
function threeChildren() {
  const held = gate();
  const began: Record<string, string[]> = {};
  const play = async (task: AgentTask) => {
    const { depth } = task.plan;
    if (depth === 0) {
      await task.call('write', { path: 'own.txt', content: 'own\n' });
      for (const goal of ['first', 'second', 'third'])
        await spawn(task, goal, { executionActor: 'child', maxParallel: 1 });
    }
  };
  const child = async (task: AgentTask) => {
    const goal = task.plan.description;
    began[goal] = ['own.txt', 'first.txt', 'c.txt'].filter(path => existsSync(join(task.directory, path)));
    if (goal === 'second') await held.opened;
    await task.call('write', { path: `${goal}.txt`, content: `${goal}\n` });
  };
  return { held, began, play, child };
}

describe('What finished subplans made', () => {
  test('lands while others work; the plan goes on from there, and at the end only the rest lands [R144]', async () => {
    const { held, began, play, child } = threeChildren();
    const house = await playhouse({ child });
    const { plan, rested } = await begin(house, play);
    await completed(plan, 1);
    const preview = await plan.preview({ finished: true });
    expect(preview).toMatchObject({ goesOn: true, left: [], moved: null, obstacle: null });
    expect(preview.files.map(({ path }) => path)).toEqual(['first.txt', 'own.txt']);
    await plan.apply({ finished: true });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    const going = await plan.record();
    const head = house.git('rev-parse', 'HEAD').trim();
    expect(states(going)).toBe('execute.processing');
    expect(going.projectLinks).toMatchObject([
      { baseCommit: head, baseTree: house.git('rev-parse', 'HEAD^{tree}').trim() },
    ]);
    expect(going.landings).toMatchObject([
      { commits: [head], files: ['first.txt', 'own.txt'], subplans: preview.subplans },
    ]);
    held.open();
    const record = await rested();
    expect(states(record)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    expect(began).toMatchObject({ second: ['own.txt'], third: ['own.txt', 'first.txt'] });
    await plan.apply();
    expect(states(await plan.settled())).toBe('apply.applied');
    expect(changedBy(house)).toEqual(['second.txt', 'third.txt']);
    expect(subjects(house)).toEqual(['Play', 'Play', 'Begin']);
    expect(house.git('status', '--porcelain')).toBe('');
  });
});

/** A plan that is at work, and what it comes to when it rests. */
async function begin(
  house: Playhouse,
  play: (task: AgentTask) => unknown,
  action: Record<string, unknown> = {},
): Promise<{ plan: Plan; rested: () => Promise<PlanRecord> }> {
  const running = house.run(play, action);
  const [found] = await firstPlan(house);
  if (found === undefined) throw new Error('no plan was made');
  const plan = await house.troupe.plan(found);
  return { plan, rested: async () => (await running).record };
}

async function firstPlan(house: Playhouse): Promise<string[]> {
  for await (const event of house.troupe.events()) {
    if (event.type === 'plan.created') return [event.planId];
  }
  return [];
}
