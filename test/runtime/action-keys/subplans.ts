/** Keys that say how subplans run and are merged. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TroupeError } from '../../../src/index.ts';
import { type KeyCases, keyCase } from './key-case.ts';
import { type KeyAgent, type KeyFixture, type KeyRun, splittingAgent, subplanOrder, writeFile } from './key-fixture.ts';

const both = ['one', 'two'];

/** A plan with two subplans, each of which by default writes a file of its name. */
function split(fixture: KeyFixture, subplans: Record<string, unknown>, part: KeyAgent = ownFile): Promise<KeyRun> {
  return fixture.run({ subplans, executionActor: 'player' }, { play: splittingAgent(both, part) });
}

const ownFile: KeyAgent = task => writeFile(task, `${task.plan.description}.txt`);
const sameFile: KeyAgent = task => task.call('edit', { path: 'a.txt', find: 'three', replace: task.plan.description });

/** Fails so many times, then succeeds. */
function failing(times: number): KeyAgent {
  let failed = 0;
  return task => {
    if (task.plan.description === 'two') return ownFile(task);
    failed += 1;
    if (failed > times) return ownFile(task);
    throw new TroupeError('AGENT_FAILED', 'not this time');
  };
}

/** Each attempt writes its number; the judge is the same agent. */
const attempting: KeyAgent = task =>
  task.role === 'review'
    ? task.call('builtin/finding', { severity: 'note', text: 'attempt 2: the last' })
    : writeFile(task, 'b.txt', `attempt ${task.plan.attemptNumber ?? 'none'}`);

function attempt(fixture: KeyFixture, attempts: Record<string, unknown>): Promise<KeyRun> {
  return fixture.run({ attempts, executionActor: 'player' }, { play: attempting });
}

export const subplanCases: KeyCases = {
  'attempts.count': keyCase('how many attempts there are', {
    values: [1, 2, 3],
    observe: async (count, fixture) => (await attempt(fixture, { count })).record.subplanStatuses.length,
    expected: [0, 2, 3],
  }),
  'attempts.judge': keyCase('who chooses between the attempts', {
    values: [null, 'player'],
    async observe(judge, fixture) {
      const ran = await attempt(fixture, { count: 2, judge });
      return [ran.record.state, await fixture.text(ran, 'b.txt')];
    },
    expected: [
      ['conflicted', null],
      ['complete', 'attempt 2'],
    ],
  }),
  'subplans.executionMode': keyCase('whether one waits for the other', {
    values: ['sequential', 'parallel', 'dependencyOrdered'],
    observe: async (executionMode, fixture) => (await subplanOrder(await split(fixture, { executionMode })))[1],
    expected: ['one complete', 'two running', 'two running'],
  }),
  'subplans.maxParallel': keyCase('how many run at once', {
    values: [1, 2],
    observe: async (maxParallel, fixture) => (await subplanOrder(await split(fixture, { maxParallel })))[1],
    expected: ['one complete', 'two running'],
  }),
  'subplans.mergeStrategy': keyCase('how results are merged that change the same line', {
    values: ['threeWay', 'failOnConflict', 'lastWins', 'sequentialApply'],
    observe: async (mergeStrategy, fixture) =>
      (await split(fixture, { mergeStrategy, retryFailed: false }, sameFile)).outcome,
    expected: ['conflicted', 'MERGE_CONFLICT', 'complete', 'SUBPLANS_FAILED'],
  }),
  'subplans.conflictPolicy': keyCase('what becomes of a conflict', {
    values: ['manual', 'preferOurs', 'preferTheirs', 'actor'],
    async observe(conflictPolicy, fixture) {
      const work = splittingAgent(both, sameFile);
      const play: KeyAgent = task => (task.role === 'conflict' ? writeFile(task, 'a.txt', 'peace') : work(task));
      const ran = await fixture.run({ subplans: { conflictPolicy }, executionActor: 'player' }, { play });
      return (await fixture.text(ran, 'a.txt'))?.replace(/^one\ntwo\n(.*)\nfour\nfive\n$/s, '$1') ?? ran.record.state;
    },
    expected: ['conflicted', 'one', 'two', 'peace'],
  }),
  'subplans.recursive': keyCase('whether subplans are planned by the strategy agent too', {
    values: [false, true],
    async observe(recursive, fixture) {
      const asked: string[] = [];
      const play: KeyAgent = task => {
        if (task.role === 'strategy') asked.push(task.plan.description);
        return task.role === 'strategy' ? splittingAgent(['one'], () => {})(task) : undefined;
      };
      await fixture.run({ subplans: { recursive }, strategyActor: 'player' }, { play });
      return asked;
    },
    expected: [['Do it'], ['Do it', 'one']],
  }),
  'subplans.isolation': keyCase('whether subplans work in a repository', {
    values: ['worktree', 'copy', 'none'],
    async observe(isolation, fixture) {
      const seen = new Set<string>();
      const look: KeyAgent = task => {
        const isShared = existsSync(join(task.directory, 'cache/of-parent'));
        seen.add(`${existsSync(join(task.directory, '.git')) ? 'repository' : 'files'}${isShared ? ', shared' : ''}`);
      };
      const play: KeyAgent = async task => {
        if (task.plan.depth === 0) await writeFile(task, 'cache/of-parent', 'x');
        return splittingAgent(['one'], look)(task);
      };
      await fixture.run({ subplans: { isolation }, executionActor: 'worker' }, { play });
      return [...seen];
    },
    expected: [['repository'], ['files'], ['repository, shared']],
  }),
  'subplans.failFast': keyCase('whether the first failure cancels the others', {
    values: [false, true],
    async observe(failFast, fixture) {
      const { record } = await split(fixture, { failFast, maxParallel: 1, retryFailed: false }, failing(9));
      return record.subplanStatuses.map(({ state }) => state);
    },
    expected: [
      ['failed', 'complete'],
      ['failed', 'cancelled'],
    ],
  }),
  'subplans.timeoutSeconds': keyCase('how long an attempt may run', {
    values: [0.1, 600],
    async observe(timeoutSeconds, fixture) {
      const wait: KeyAgent = task => task.call('builtin/run', { argv: ['sleep', '1'] });
      const { record } = await split(fixture, { timeoutSeconds, retryFailed: false }, wait);
      return record.subplanStatuses.map(({ error, state }) => error?.code ?? state);
    },
    expected: [
      ['TIMED_OUT', 'TIMED_OUT'],
      ['complete', 'complete'],
    ],
  }),
  'subplans.retryFailed': keyCase('whether a failed one is tried again', {
    values: [false, true],
    observe: async (retryFailed, fixture) =>
      (await split(fixture, { retryFailed, retryDelayMs: 1 }, failing(1))).outcome,
    expected: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplans.maxRetries': keyCase('how many times', {
    values: [1, 2],
    observe: async (maxRetries, fixture) => (await split(fixture, { maxRetries, retryDelayMs: 1 }, failing(2))).outcome,
    expected: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplans.retryDelayMs': keyCase('how long before that', {
    values: [1, 3_600_000],
    async observe(retryDelayMs, fixture) {
      const plan = await fixture.use(
        { subplans: { retryDelayMs }, executionActor: 'player' },
        { play: splittingAgent(both, failing(1)) },
      );
      await plan.execute();
      // With an hour to wait the plan does not finish.
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
    expected: ['complete', 'pending'],
  }),
};
