/** Keys that say how subplans run and are merged. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/index.ts';
import { type Rows, row } from './row.ts';
import { order, type Play, put, type Ran, type Scene, splitting } from './scene.ts';

const both = ['one', 'two'];

/** A plan with two subplans, each of which writes a file of its name unless it is said otherwise. */
function split(scene: Scene, subplans: Record<string, unknown>, part: Play = ownFile): Promise<Ran> {
  return scene.run({ subplans, executionActor: 'player' }, { play: splitting(both, part) });
}

const ownFile: Play = task => put(task, `${task.plan.description}.txt`);
const sameFile: Play = task => task.call('edit', { path: 'a.txt', find: 'three', replace: task.plan.description });

/** Fails so many times, then does its work. */
function failing(times: number): Play {
  let failed = 0;
  return task => {
    if (task.plan.description === 'two') return ownFile(task);
    failed += 1;
    if (failed > times) return ownFile(task);
    throw new Fault('AGENT_FAILED', 'not this time');
  };
}

export const subplanRows: Rows = {
  'subplans.executionMode': row('whether one waits for the other', {
    values: ['sequential', 'parallel', 'dependencyOrdered'],
    see: async (executionMode, scene) => (await order(await split(scene, { executionMode })))[1],
    seen: ['one complete', 'two running', 'two running'],
  }),
  'subplans.maxParallel': row('how many run at once', {
    values: [1, 2],
    see: async (maxParallel, scene) => (await order(await split(scene, { maxParallel })))[1],
    seen: ['one complete', 'two running'],
  }),
  'subplans.mergeStrategy': row('how results are merged that change the same line', {
    values: ['threeWay', 'failOnConflict', 'lastWins', 'sequentialApply'],
    see: async (mergeStrategy, scene) => (await split(scene, { mergeStrategy, retryFailed: false }, sameFile)).end,
    seen: ['conflicted', 'MERGE_CONFLICT', 'complete', 'SUBPLANS_FAILED'],
  }),
  'subplans.conflictPolicy': row('what becomes of a conflict', {
    values: ['manual', 'preferOurs', 'preferTheirs', 'actor'],
    async see(conflictPolicy, scene) {
      const work = splitting(both, sameFile);
      const play: Play = task => (task.role === 'conflict' ? put(task, 'a.txt', 'peace') : work(task));
      const ran = await scene.run({ subplans: { conflictPolicy }, executionActor: 'player' }, { play });
      return (await scene.text(ran, 'a.txt'))?.replace(/^one\ntwo\n(.*)\nfour\nfive\n$/s, '$1') ?? ran.record.state;
    },
    seen: ['conflicted', 'one', 'two', 'peace'],
  }),
  'subplans.isolation': row('whether subplans work in a repository', {
    values: ['worktree', 'copy', 'none'],
    async see(isolation, scene) {
      const seen = new Set<string>();
      const look: Play = task => {
        const isShared = existsSync(join(task.directory, 'cache/of-parent'));
        seen.add(`${existsSync(join(task.directory, '.git')) ? 'repository' : 'files'}${isShared ? ', shared' : ''}`);
      };
      const play: Play = async task => {
        if (task.plan.depth === 0) await put(task, 'cache/of-parent', 'x');
        return splitting(['one'], look)(task);
      };
      await scene.run({ subplans: { isolation }, executionActor: 'worker' }, { play });
      return [...seen];
    },
    seen: [['repository'], ['files'], ['repository, shared']],
  }),
  'subplans.failFast': row('whether the first failure cancels the others', {
    values: [false, true],
    async see(failFast, scene) {
      const { record } = await split(scene, { failFast, maxParallel: 1, retryFailed: false }, failing(9));
      return record.subplanStatuses.map(({ state }) => state);
    },
    seen: [
      ['failed', 'complete'],
      ['failed', 'cancelled'],
    ],
  }),
  'subplans.timeoutSeconds': row('how long an attempt may run', {
    values: [0.1, 600],
    async see(timeoutSeconds, scene) {
      const wait: Play = task => task.call('builtin/run', { argv: ['sleep', '1'] });
      const { record } = await split(scene, { timeoutSeconds, retryFailed: false }, wait);
      return record.subplanStatuses.map(({ error, state }) => error?.code ?? state);
    },
    seen: [
      ['TIMED_OUT', 'TIMED_OUT'],
      ['complete', 'complete'],
    ],
  }),
  'subplans.retryFailed': row('whether a failed one is tried again', {
    values: [false, true],
    see: async (retryFailed, scene) => (await split(scene, { retryFailed, retryDelayMs: 1 }, failing(1))).end,
    seen: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplans.maxRetries': row('how many times', {
    values: [1, 2],
    see: async (maxRetries, scene) => (await split(scene, { maxRetries, retryDelayMs: 1 }, failing(2))).end,
    seen: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplans.retryDelayMs': row('how long before that', {
    values: [1, 3_600_000],
    async see(retryDelayMs, scene) {
      const plan = await scene.use(
        { subplans: { retryDelayMs }, executionActor: 'player' },
        { play: splitting(both, failing(1)) },
      );
      await plan.execute();
      // With an hour to wait the plan does not come to an end.
      let isDelayed = false;
      let isOtherComplete = false;
      for await (const event of plan.events()) {
        if (event.type !== 'subplan.changed') continue;
        const { goal, state, attempts } = event.status;
        isDelayed ||= goal === 'one' && state === 'pending' && attempts.length === 1;
        isOtherComplete ||= goal === 'two' && state === 'complete';
        if (retryDelayMs > 1 && isDelayed && isOtherComplete) break;
      }
      const [one] = (await plan.record()).subplanStatuses;
      await plan.cancel();
      return one?.state;
    },
    seen: ['complete', 'pending'],
  }),
};
