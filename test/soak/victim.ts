/** The process that is killed: opens Troupe in a folder and brings the one plan there to its end, wherever it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { openTroupe, type Plan, type PlanRecord } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';

const folder = process.argv[2] ?? '.';
const say = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`);
const env = { PATH: process.env.PATH ?? '', HOME: folder };

const project = gitProject(join(folder, 'project'), { sandboxes: join(folder, 'sandboxes'), env });
const troupe = await openTroupe({ store: levelStore(join(folder, 'store')), project, env });
say({ ready: true });

const [known] = await troupe.plans({ all: true });
const plan = known === undefined ? await begin() : await troupe.plan(known.planId);
for (let record = await plan.settled(); record.state !== 'applied'; record = await plan.settled()) await goOn(record);
// The sandbox is put away after the result is told.
while ((await project.sandboxes()).length > 0) await new Promise(setImmediate);
say({ done: true });
await troupe.close();

async function begin(): Promise<Plan> {
  const { name } = await troupe.actions.create(JSON.parse(readFileSync(join(folder, 'action.json'), 'utf8')));
  return troupe.use({ action: name, profile: 'trusted' });
}

async function goOn({ phase, state, error }: PlanRecord): Promise<void> {
  if (phase === 'strategize' && state === 'complete') return plan.execute();
  if (phase === 'execute' && state === 'complete') return plan.apply();
  throw new Error(`The plan rests in ${phase}.${state}: ${JSON.stringify(error)}`);
}
