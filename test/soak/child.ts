/** The process that is killed: opens Troupe in a folder and brings the one plan there to its end, wherever it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { openTroupe, type Plan, type PlanRecord } from '../../src/index.ts';
import { type DatabaseStore, openTestStore } from './test-store.ts';

const [folder = '.', store = 'null'] = process.argv.slice(2);
const database: DatabaseStore | null = JSON.parse(store);
const print = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`);
const env = { PATH: process.env.PATH ?? '', HOME: folder };

const project = gitProject(join(folder, 'project'), { sandboxes: join(folder, 'sandboxes'), env });
const troupe = await openTroupe({ store: openTestStore(folder, database), project, env });
print({ ready: true });

const [record] = await troupe.list({ all: true });
const plan = record === undefined ? await createPlan() : await troupe.get(record.planId);
for (let record = await plan.waitUntilIdle(); record.state !== 'applied'; record = await plan.waitUntilIdle())
  await advance(record);
// The sandbox is removed after the result is reported.
while ((await project.sandboxes()).length > 0) await new Promise(setImmediate);
print({ done: true });
await troupe.close();

async function createPlan(): Promise<Plan> {
  const { name } = await troupe.actions.create(JSON.parse(readFileSync(join(folder, 'action.json'), 'utf8')));
  return troupe.use({ action: name, profile: 'trusted' });
}

async function advance({ phase, state, error }: PlanRecord): Promise<void> {
  if (phase === 'strategize' && state === 'complete') return plan.execute();
  if (phase === 'execute' && state === 'complete') return plan.apply();
  throw new Error(`The plan rests in ${phase}.${state}: ${JSON.stringify(error)}`);
}
