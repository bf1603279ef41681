/** Programs that `npm run package` runs, or compiles, in an application that has the package. */

/** What a user would write first, checked without `skipLibCheck`: our declarations must be complete. */
export const consumer = `
import { openTroupe, watchPlans, type Agent, type Plan, type PlanEvent, type Troupe } from 'troupe';
import { effect, manualClock, memoryStore, openDurable } from 'troupe/durable';
import { gitProject } from 'troupe/git';
import { serveInspector } from 'troupe/inspector';
import { levelStore } from 'troupe/level';
import { planMachine, type EffectInput } from 'troupe/machines';
import { mergeFile } from 'troupe/merge';
import { agentSuite, trialTask } from 'troupe/testing';
import { createActor, setup } from 'xstate';

export const agent: Agent = {
  async check() {},
  async run({ call, signal }) {
    await call('write', { path: 'a', content: String(signal.aborted) });
    return { decisions: [], summary: 'done' };
  },
};
export async function use(folder: string): Promise<PlanEvent[]> {
  await using troupe: Troupe = await openTroupe({ store: levelStore(folder), project: gitProject(folder), agents: { agent } });
  await using watch = watchPlans(troupe);
  const plan: Plan = await troupe.use({ action: 'local/some' });
  const events: PlanEvent[] = [];
  for await (const event of plan.events()) if (event.type === 'plan.created') events.push(event);
  watch.snapshot();
  return events;
}
const machine = setup({ actors: { ask: effect<{ n: number }, string>(async ({ input }) => String(input.n)) } }).createMachine({});
export const durable = () => openDurable({ store: memoryStore(), machine, clock: manualClock() });
export const actor = (input: Parameters<typeof createActor<typeof planMachine>>[1]) => createActor(planMachine, input);
export type Work = EffectInput<'execute'>;
export { agentSuite, mergeFile, serveInspector, trialTask };
`;

/** An agent of the user's, with the user's own copy of the library: the command line has another, and must know its errors. */
export const agent = `
import { TroupeError } from 'troupe';
export default () => { throw new TroupeError('BUDGET_EXHAUSTED', 'Enough for today', { hints: ['troupe plan diff'], details: { by: 'agent' } }); };
`;
/** An action without a model. */
export const hello = `
name: local/hello
description: Say hello in a file
executionActor:
  kind: steps
  steps:
    - write: { path: hello.txt, content: "Hello" }
`;

export const action = `
name: local/tire
description: Shows what an error of an agent comes to
strategyActor: { kind: script, module: ./agent.mjs }
executionActor: { kind: script, module: ./agent.mjs }
`;

/** Asks a worker of the package to merge a file; the library and the bundled command each have one beside them. */
export const callWorker = `
import { MessageChannel, Worker } from 'node:worker_threads';
const worker = new Worker(process.argv[1], { execArgv: [] });
const { port1, port2 } = new MessageChannel();
port1.once('message', ({ output }) => {
  console.log(Buffer.from(output.content).toString());
  worker.terminate();
});
const side = changes => Buffer.from(JSON.stringify({ a: 1, b: 1, ...changes }));
const input = { path: 'a.json', base: side({}), ours: side({ a: 2 }), theirs: side({ b: 3 }) };
worker.postMessage({ name: 'mergeFile', input, port: port2 }, [port2]);
`;

/** Merges a large file and prints how often the event loop turned during the merge. */
export const mergeLarge = `
import { openFileMerger } from 'troupe/merge';
const merger = openFileMerger();
const line = (i, value) => '  "some key ' + i + '": "' + value + '"';
const side = change => Buffer.from('{\\n' + Array.from({ length: 20000 }, (_, i) => line(i, i === change)).join(',\\n') + '\\n}');
let turns = 0;
let merging = true;
const turn = () => { turns++; if (merging) setImmediate(turn); };
setImmediate(turn);
await merger.merge({ path: 'a.json', base: side(-1), ours: side(1), theirs: side(19999) });
merging = false;
console.log(turns);
`;

/** A machine of the application's own XState, run to its end by the durable runtime, then a store on disk opened again. */
export const runMachine = `
import { setup, waitFor } from 'xstate';
import { effect, memoryStore, openDurable } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { planMachine } from 'troupe/machines';
const add = effect(async ({ input }) => input.n + 1);
const machine = setup({ actors: { add } }).createMachine({
  context: { n: 1 },
  initial: 'idle',
  states: {
    idle: { on: { ADD: 'adding' } },
    adding: { invoke: { src: 'add', input: ({ context }) => context, onDone: 'added' } },
    added: { after: { 1: 'done' } },
    done: {},
  },
});
const states = [];
for (const open of [memoryStore, () => levelStore('store'), () => levelStore('store')]) {
  const system = await openDurable({ store: open(), machine });
  await system.command('1', root => root.send({ type: 'ADD' }));
  states.push((await waitFor(system.root, state => state.matches('done'))).value);
  await system.close();
}
console.log(states.join(' '), typeof planMachine.transition);
`;

/** Serves the inspector of a durable system and prints its address, or the code and the first hint of the error. */
export const inspect = `
import { setup } from 'xstate';
import { memoryStore, openDurable, TroupeError } from 'troupe/durable';
import { serveInspector } from 'troupe/inspector';
const machine = setup({}).createMachine({ initial: 'here', states: { here: {} } });
const system = await openDurable({ store: memoryStore(), machine });
try {
  const inspector = await serveInspector({ system });
  // A chart that elkjs did not lay out has the width 0. Each turn waits for half a second without events.
  const isDrawn = async () => /"picture":[{][^}]*"width":[1-9]/.test(await inspector.report());
  let turns = 0;
  while (!(await isDrawn()) && turns++ < 60) await inspector.waitUntilQuiet();
  console.log((await isDrawn()) ? 'a chart' : 'no chart');
  await inspector.close();
} catch (error) {
  if (!TroupeError.is(error)) throw error;
  console.log(error.code, error.hints[0]);
}
await system.close();
`;

/** The error of a store on a server that is not there: first the package is missing, then the server. */
export const postgres = `
import { postgresStore, TroupeError } from 'troupe/postgres';
try {
  await postgresStore('postgres://127.0.0.1:1/shop', { reconnectMs: 0 })();
} catch (error) {
  if (!TroupeError.is(error)) throw error;
  console.log(error.code, error.hints[0]);
}
`;
