/** Plans of which a part is finished while the rest is not, for tests of parts that land first. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTask, Plan, PlanRecord } from '../../src/index.ts';
import { type Playhouse, spawn } from './playhouse.ts';

export const states = ({ phase, state }: PlanRecord) => `${phase}.${state}`;

export const subjects = (house: Playhouse) => house.git('log', '--format=%s').trim().split('\n');

export const changedBy = (house: Playhouse, commit = 'HEAD') =>
  house.git('show', '--format=', '--name-only', commit).trim().split('\n');

/** A door that somebody opens. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Until so many subplans are complete. */
export async function completed(plan: Plan, count: number): Promise<void> {
  let complete = 0;
  for await (const event of plan.events()) {
    if (event.type === 'subplan.changed' && event.status.state === 'complete') complete += 1;
    if (complete === count) return;
  }
}

/** `first` writes at once, `second` when the gate opens, `third` after the second has begun and ended, in its turn. */
export function threeChildren() {
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

/** A plan that is at work, and what it comes to when it rests. */
export async function begin(
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
