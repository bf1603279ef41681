/** Keys for budgets, approvals and retained states. */
import { type KeyCases, keyCase } from './key-case.ts';
import {
  type KeyAgent,
  type KeyFixture,
  runStep,
  splittingAgent,
  stepsAgent,
  writeFile,
  writeStep,
} from './key-fixture.ts';

const spending: KeyAgent = async task => {
  task.reportUsage({ tokens: 100, usd: 1 });
  await new Promise(resolve => setImmediate(resolve));
  await writeFile(task, 'b.txt');
};
const budgeted = async (fixture: KeyFixture, budget: Record<string, number>, executionActor: unknown = 'player') =>
  (await fixture.run({ budget, executionActor }, { play: spending })).outcome;

/** The outcome of a plan whose agent makes a call under this approval mode: it waits, or the state at its end. */
async function decided(
  fixture: KeyFixture,
  approvals: Record<string, unknown>,
  keys: Record<string, unknown>,
  play?: KeyAgent,
) {
  const { record, outcome } = await fixture.run({ approvals, ...keys }, play === undefined ? {} : { play });
  return record.approvals?.length ? `waits: ${record.approvals[0]?.words}` : outcome;
}

export const limitCases: KeyCases = {
  'budget.toolCalls': keyCase('how many calls', {
    values: [1, 2],
    observe: (toolCalls, fixture) =>
      budgeted(fixture, { toolCalls }, stepsAgent(writeStep('b.txt'), writeStep('c.txt'))),
    expected: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.seconds': keyCase('how many seconds of work', {
    values: [0.1, 60],
    observe: (seconds, fixture) => budgeted(fixture, { seconds }, stepsAgent(runStep('sleep 1'), writeStep('b.txt'))),
    expected: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.tokens': keyCase('how many tokens', {
    values: [50, 500],
    observe: (tokens, fixture) => budgeted(fixture, { tokens }),
    expected: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.usd': keyCase('how much money', {
    values: [0.5, 5],
    observe: (usd, fixture) => budgeted(fixture, { usd }),
    expected: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'approvals.strategize.spawnSubplans': keyCase('whether a strategy may ask for subplans', {
    values: [undefined, 'auto', 'ask', 'deny'],
    async observe(spawnSubplans, fixture) {
      const keys = { strategyActor: 'player', executionActor: stepsAgent(), automationProfile: 'splits' };
      const approvals = { strategize: { spawnSubplans } };
      const play: KeyAgent = task => (task.plan.depth > 0 ? undefined : splittingAgent(['one'], () => {})(task));
      const plan = await fixture.use({ approvals, ...keys }, { play });
      const { phase, state, approvals: asked, error } = await plan.waitUntilIdle();
      return asked?.length ? `waits: ${asked[0]?.words}` : (error?.code ?? `${phase}.${state}`);
    },
    expected: ['strategize.complete', 'execute.complete', 'waits: plan the subplan "one"', 'TOOL_REFUSED'],
  }),
  'approvals.execute.writeFiles': keyCase('whether files may be written', {
    values: ['auto', 'ask', 'deny'],
    observe: (writeFiles, fixture) =>
      decided(fixture, { execute: { writeFiles } }, { executionActor: 'player' }, task => writeFile(task, 'b.txt')),
    expected: ['complete', 'waits: write b.txt', 'TOOL_REFUSED'],
  }),
  'approvals.execute.runCommands': keyCase('whether programs may be run', {
    values: ['auto', 'ask', 'deny'],
    observe: (runCommands, fixture) =>
      decided(fixture, { execute: { runCommands } }, { executionActor: 'player' }, task =>
        task.call('builtin/run', { argv: ['true'] }),
      ),
    expected: ['complete', 'waits: run true', 'TOOL_REFUSED'],
  }),
  'approvals.execute.spawnSubplans': keyCase('whether subplans may be asked for', {
    values: ['auto', 'ask', 'deny'],
    observe: (spawnSubplans, fixture) =>
      decided(
        fixture,
        { execute: { spawnSubplans } },
        { executionActor: 'player' },
        splittingAgent(['one'], () => {}),
      ),
    expected: ['complete', 'waits: plan the subplan "one"', 'TOOL_REFUSED'],
  }),
  'approvals.timeoutSeconds': keyCase('how long an answer is waited for', {
    values: [0.1, 3600],
    async observe(timeoutSeconds, fixture) {
      const approvals = { execute: { writeFiles: 'ask' }, timeoutSeconds };
      const plan = await fixture.use({ approvals, executionActor: stepsAgent(writeStep('b.txt')) });
      await plan.execute();
      for await (const { type } of plan.events({ rests: true })) {
        if (type === 'approval.requested' && timeoutSeconds > 1) break;
        if (type === 'approval.answered') break;
      }
      const [asked] = await plan.approvals();
      return asked?.answer?.verdict ?? 'waits';
    },
    expected: ['expired', 'waits'],
  }),
  'checkpoints.autoCreateOn': keyCase('when one is made by itself', {
    values: [[], ['beforeToolExecute', 'afterToolExecute'], ['onSubplanSpawn'], ['onError']],
    async observe(autoCreateOn, fixture) {
      const play: KeyAgent = async task => {
        if (task.plan.depth > 0) throw new Error('in vain');
        await writeFile(task, 'b.txt');
        await splittingAgent(['one'], () => {})(task);
      };
      const keys = { checkpoints: { autoCreateOn }, subplans: { retryFailed: false }, executionActor: 'player' };
      const { plan } = await fixture.run(keys, { play });
      return (await plan.checkpoints.list()).map(({ trigger }) => trigger);
    },
    expected: [
      ['preExecute'],
      ['preExecute', 'beforeToolExecute', 'afterToolExecute'],
      ['preExecute', 'onSubplanSpawn'],
      ['preExecute', 'onError'],
    ],
  }),
  'checkpoints.limit': keyCase('how many are kept', {
    values: [2, 200],
    async observe(limit, fixture) {
      const made = ['b', 'c', 'd'].map(name => writeStep(`${name}.txt`));
      const { plan } = await fixture.run({ checkpoints: { limit }, executionActor: stepsAgent(...made) });
      return (await plan.checkpoints.list()).length;
    },
    // Not limited: the checkpoint of the result.
    expected: [3, 8],
  }),
};
