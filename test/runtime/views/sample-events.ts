/** The events of four plans with everything that views show: conflicts, checks, corrections, rollbacks, failures. */
import { type AgentTask, type Plan, type PlanEvent, TroupeError } from '../../../src/index.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

export interface SampleEvents {
  testProject: TestProject;
  /** All events, in order. */
  events: PlanEvent[];
  plans: { quarrel: Plan; corrected: Plan; failed: Plan; idle: Plan };
}

const part = async (task: AgentTask) => {
  const words = [task.plan.description, ...task.guidance].join('; ');
  await task.call('write', { path: 'a.txt', content: `${words}\ntwo\nthree\nfour\nfive\n` });
};

export async function recordSampleEvents(): Promise<SampleEvents> {
  const testProject = await createTestProject(
    {
      part,
      think: async task => {
        if (task.plan.depth > 0) return;
        for (const goal of ['left', 'right'])
          await spawnSubplan(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
      },
      quiet: () => {},
      chooses: async task => {
        await task.call('decide', { question: 'Which?', chosenOption: 'this', rationale: 'it seems so' });
        await task.call('write', { path: 'b.txt', content: 'b\n' });
      },
      breaks: () => {
        throw new TroupeError('USAGE', 'it broke');
      },
    },
    { lasting: true },
  );
  const events: PlanEvent[] = [];
  const { troupe } = testProject;
  const stop = new AbortController();
  const hearing = (async () => {
    for await (const event of troupe.events({ signal: stop.signal })) events.push(event);
  })();
  const make = async (name: string, action: Record<string, unknown>) => {
    await troupe.actions.create({ name, description: name, ...action });
    return troupe.use({ action: name });
  };
  const done = async (plan: Plan) => {
    await plan.execute();
    return plan.waitUntilIdle();
  };

  const quarrel = await make('quarrel', { strategyActor: 'think', executionActor: 'quiet' });
  await done(quarrel);
  await quarrel.conflicts.resolve('a.txt', 'ours');
  await quarrel.waitUntilIdle();
  const [first] = await quarrel.checkpoints.list();
  await quarrel.rollback(first?.checkpointId ?? '');
  await done(quarrel);

  const corrected = await make('chooses', {
    executionActor: 'chooses',
    validations: [
      { name: 'b is there', argv: ['test', '-f', 'b.txt'] },
      { name: 'c is there', argv: ['test', '-f', 'c.txt'], required: false },
    ],
  });
  await done(corrected);
  const choice = (await corrected.decisions()).find(({ chosenOption }) => chosenOption === 'this');
  await corrected.correct(choice?.decisionId ?? '', { guidance: 'that' });
  await corrected.waitUntilIdle();
  await corrected.apply();
  await corrected.waitUntilIdle();

  const failed = await make('breaks', { executionActor: 'breaks' });
  await done(failed);
  await failed.revert('once more');
  await failed.waitUntilIdle();
  await failed.cancel('enough');
  await failed.waitUntilIdle();

  const idle = await troupe.use({ action: 'chooses', start: false });
  await idle.record();
  stop.abort();
  await hearing;
  return { testProject, events, plans: { quarrel, corrected, failed, idle } };
}
