/** Plans with finished and unfinished parts, for tests of partial apply. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTask, Plan, PlanRecord } from '../../src/index.ts';
import { spawnSubplan, type TestProject } from './test-project.ts';

export const formatState = ({ phase, state }: PlanRecord) => `${phase}.${state}`;

export const commitSubjects = (testProject: TestProject) => testProject.git('log', '--format=%s').trim().split('\n');

export const pathsOfCommit = (testProject: TestProject, commit = 'HEAD') =>
  testProject.git('show', '--format=', '--name-only', commit).trim().split('\n');

/** A gate that a test opens. */
export function createLatch() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Waits until so many subplans are complete. */
export async function waitForCompleted(plan: Plan, count: number): Promise<void> {
  let complete = 0;
  for await (const event of plan.events()) {
    if (event.type === 'subplan.changed' && event.status.state === 'complete') complete += 1;
    if (complete === count) return;
  }
}

/** `first` writes at once, `second` when the gate opens, `third` after the second has finished. */
export function threeChildren() {
  const latch = createLatch();
  const filesAtStart: Record<string, string[]> = {};
  const parent = async (task: AgentTask) => {
    const { depth } = task.plan;
    if (depth === 0) {
      await task.call('write', { path: 'own.txt', content: 'own\n' });
      for (const goal of ['first', 'second', 'third'])
        await spawnSubplan(task, goal, { executionActor: 'child', maxParallel: 1 });
    }
  };
  const child = async (task: AgentTask) => {
    const goal = task.plan.description;
    filesAtStart[goal] = ['own.txt', 'first.txt', 'c.txt'].filter(path => existsSync(join(task.directory, path)));
    if (goal === 'second') await latch.opened;
    await task.call('write', { path: `${goal}.txt`, content: `${goal}\n` });
  };
  return { held: latch, began: filesAtStart, play: parent, child };
}

/** A running plan, and its record when it rests. */
export async function startPlan(
  testProject: TestProject,
  play: (task: AgentTask) => unknown,
  action: Record<string, unknown> = {},
): Promise<{ plan: Plan; rested: () => Promise<PlanRecord> }> {
  const running = testProject.run(play, action);
  const [found] = await firstPlan(testProject);
  if (found === undefined) throw new Error('no plan was made');
  const plan = await testProject.troupe.get(found);
  return { plan, rested: async () => (await running).record };
}

async function firstPlan(testProject: TestProject): Promise<string[]> {
  for await (const event of testProject.troupe.events()) {
    if (event.type === 'plan.created') return [event.planId];
  }
  return [];
}
