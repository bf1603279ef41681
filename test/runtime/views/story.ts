/** A life of four plans in which everything happens that views show: conflicts, checks, corrections, ways back, failures. */
import { type AgentTask, Fault, type Plan, type PlanEvent } from '../../../src/index.ts';
import { type Playhouse, playhouse, spawn } from '../playhouse.ts';

export interface Story {
  house: Playhouse;
  /** Everything that happened, in order. */
  events: PlanEvent[];
  plans: { quarrel: Plan; corrected: Plan; failed: Plan; idle: Plan };
}

const part = async (task: AgentTask) => {
  const words = [task.plan.description, ...task.guidance].join('; ');
  await task.call('write', { path: 'a.txt', content: `${words}\ntwo\nthree\nfour\nfive\n` });
};

export async function story(): Promise<Story> {
  const house = await playhouse(
    {
      part,
      think: async task => {
        if (task.plan.depth > 0) return;
        for (const goal of ['left', 'right'])
          await spawn(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
      },
      quiet: () => {},
      chooses: async task => {
        await task.call('decide', { question: 'Which?', chosenOption: 'this', rationale: 'it seems so' });
        await task.call('write', { path: 'b.txt', content: 'b\n' });
      },
      breaks: () => {
        throw new Fault('USAGE', 'it broke');
      },
    },
    { lasting: true },
  );
  const events: PlanEvent[] = [];
  const { troupe } = house;
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
    return plan.settled();
  };

  const quarrel = await make('quarrel', { strategyActor: 'think', executionActor: 'quiet' });
  await done(quarrel);
  await quarrel.resolve('a.txt', 'ours');
  await quarrel.settled();
  const [first] = await quarrel.checkpoints();
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
  await corrected.settled();
  await corrected.apply();
  await corrected.settled();

  const failed = await make('breaks', { executionActor: 'breaks' });
  await done(failed);
  await failed.revert('once more');
  await failed.settled();
  await failed.cancel('enough');
  await failed.settled();

  const idle = await troupe.use({ action: 'chooses', start: false });
  await idle.record();
  stop.abort();
  await hearing;
  return { house, events, plans: { quarrel, corrected, failed, idle } };
}
