/** Keys of what a plan may use, what it asks first, and which of its states are kept. */
import { type Rows, row } from './row.ts';
import { type Play, put, runs, type Scene, splitting, steps, writes } from './scene.ts';

const spending: Play = async task => {
  task.spend({ tokens: 100, usd: 1 });
  await new Promise(resolve => setImmediate(resolve));
  await put(task, 'b.txt');
};
const budgeted = async (scene: Scene, budget: Record<string, number>, executionActor: unknown = 'player') =>
  (await scene.run({ budget, executionActor }, { play: spending })).end;

/** How a plan rests whose agent makes a call for which this is decided in advance: it waits, or how it ended. */
async function decided(scene: Scene, approvals: Record<string, unknown>, keys: Record<string, unknown>, play?: Play) {
  const { record, end } = await scene.run({ approvals, ...keys }, play === undefined ? {} : { play });
  return record.approvals?.length ? `waits: ${record.approvals[0]?.words}` : end;
}

export const limitRows: Rows = {
  'budget.toolCalls': row('how many calls', {
    values: [1, 2],
    see: (toolCalls, scene) => budgeted(scene, { toolCalls }, steps(writes('b.txt'), writes('c.txt'))),
    seen: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.seconds': row('how many seconds of work', {
    values: [0.1, 60],
    see: (seconds, scene) => budgeted(scene, { seconds }, steps(runs('sleep 1'), writes('b.txt'))),
    seen: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.tokens': row('how many tokens', {
    values: [50, 500],
    see: (tokens, scene) => budgeted(scene, { tokens }),
    seen: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'budget.usd': row('how much money', {
    values: [0.5, 5],
    see: (usd, scene) => budgeted(scene, { usd }),
    seen: ['BUDGET_EXHAUSTED', 'complete'],
  }),
  'approvals.strategize.spawnSubplans': row('whether a strategy may ask for subplans', {
    values: [undefined, 'auto', 'ask', 'deny'],
    async see(spawnSubplans, scene) {
      const keys = { strategyActor: 'player', executionActor: steps(), automationProfile: 'splits' };
      const approvals = { strategize: { spawnSubplans } };
      const play: Play = task => (task.plan.depth > 0 ? undefined : splitting(['one'], () => {})(task));
      const plan = await scene.use({ approvals, ...keys }, { play });
      const { phase, state, approvals: asked, error } = await plan.settled();
      return asked?.length ? `waits: ${asked[0]?.words}` : (error?.code ?? `${phase}.${state}`);
    },
    seen: ['strategize.complete', 'execute.complete', 'waits: plan the subplan "one"', 'TOOL_REFUSED'],
  }),
  'approvals.execute.writeFiles': row('whether files may be written', {
    values: ['auto', 'ask', 'deny'],
    see: (writeFiles, scene) =>
      decided(scene, { execute: { writeFiles } }, { executionActor: 'player' }, task => put(task, 'b.txt')),
    seen: ['complete', 'waits: write b.txt', 'TOOL_REFUSED'],
  }),
  'approvals.execute.runCommands': row('whether programs may be run', {
    values: ['auto', 'ask', 'deny'],
    see: (runCommands, scene) =>
      decided(scene, { execute: { runCommands } }, { executionActor: 'player' }, task =>
        task.call('builtin/run', { argv: ['true'] }),
      ),
    seen: ['complete', 'waits: run true', 'TOOL_REFUSED'],
  }),
  'approvals.execute.spawnSubplans': row('whether subplans may be asked for', {
    values: ['auto', 'ask', 'deny'],
    see: (spawnSubplans, scene) =>
      decided(
        scene,
        { execute: { spawnSubplans } },
        { executionActor: 'player' },
        splitting(['one'], () => {}),
      ),
    seen: ['complete', 'waits: plan the subplan "one"', 'TOOL_REFUSED'],
  }),
  'approvals.timeoutSeconds': row('how long an answer is waited for', {
    values: [0.1, 3600],
    async see(timeoutSeconds, scene) {
      const approvals = { execute: { writeFiles: 'ask' }, timeoutSeconds };
      const plan = await scene.use({ approvals, executionActor: steps(writes('b.txt')) });
      await plan.execute();
      for await (const { type } of plan.events({ rests: true })) {
        if (type === 'approval.asked' && timeoutSeconds > 1) break;
        if (type === 'approval.answered') break;
      }
      const [asked] = await plan.approvals();
      return asked?.answer?.verdict ?? 'waits';
    },
    seen: ['expired', 'waits'],
  }),
  'checkpoints.autoCreateOn': row('when one is made by itself', {
    values: [[], ['beforeToolExecute', 'afterToolExecute'], ['onSubplanSpawn'], ['onError']],
    async see(autoCreateOn, scene) {
      const play: Play = async task => {
        if (task.plan.depth > 0) throw new Error('in vain');
        await put(task, 'b.txt');
        await splitting(['one'], () => {})(task);
      };
      const keys = { checkpoints: { autoCreateOn }, subplans: { retryFailed: false }, executionActor: 'player' };
      const { plan } = await scene.run(keys, { play });
      return (await plan.checkpoints()).map(({ trigger }) => trigger);
    },
    seen: [
      ['preExecute'],
      ['preExecute', 'beforeToolExecute', 'afterToolExecute'],
      ['preExecute', 'onSubplanSpawn'],
      ['preExecute', 'onError'],
    ],
  }),
  'checkpoints.limit': row('how many are kept', {
    values: [2, 200],
    async see(limit, scene) {
      const made = ['b', 'c', 'd'].map(name => writes(`${name}.txt`));
      const { plan } = await scene.run({ checkpoints: { limit }, executionActor: steps(...made) });
      return (await plan.checkpoints()).length;
    },
    // Beyond the limit: the one that holds the machine's state for others, and that of the result.
    seen: [4, 8],
  }),
};
