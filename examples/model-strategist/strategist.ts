// What it teaches: a language model looks at the project and splits the goal into subplans; scripts do the work of each. The model
// costs a few tokens, the work none. A stub answers in the format of local servers; to ask a real one, name it:
// MODEL_URL=http://127.0.0.1:11434/v1 MODEL=qwen3-coder npx tsx examples/model-strategist/strategist.ts
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';
import { startStubModel } from './stub-model.ts';

const { MODEL_URL: baseUrl, MODEL: model = 'stub' } = process.env;
const stub = baseUrl === undefined ? await startStubModel() : null;
const project = exampleProject({
  'src/add.js': 'export function add(left, right) {\n  return left + right;\n}\n',
  'src/round.js': 'export const round = Math.round;\nexport const floor = Math.floor;\n',
  'src/words.js': "export const words = text => text.split(' ');\n",
});
try {
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
    agents: {
      planner: {
        ...{ kind: 'llm', provider: 'openai-compatible', model, baseUrl: baseUrl ?? stub?.url ?? '', maxTurns: 20 },
        // US dollars for a million tokens, so that the plan can tell what it cost.
        price: { input: 1, output: 4 },
      },
    },
  });
  await troupe.actions.create({
    name: 'document',
    description: 'Write a page docs/NAME.md for each module src/NAME.js',
    longDescription: 'Make one subplan for each module. Its resourceScopes are only the page, docs/NAME.md.',
    definitionOfDone: 'Every module in src has a page in docs that lists its exports',
    strategyActor: 'planner',
    executionActor: { kind: 'script', module: fileURLToPath(new URL('./writer.mjs', import.meta.url)) },
    budget: { usd: 0.5 },
  });

  const plan = await troupe.use({ action: 'document' });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  assert.equal(record.state, 'complete', record.error?.message ?? undefined);
  const { children } = await troupe.tree(plan.id);
  for (const subplan of children) console.log(`subplan: ${subplan.plan.description}`);
  console.log(`${record.spent.tokens} tokens, ${record.spent.usd?.toFixed(4)} USD`);
  await plan.apply();
  assert.equal((await plan.waitUntilIdle()).state, 'applied');
  console.log(project.git('show', '--stat', '--format=%s', 'HEAD').trim());
  assert.match(project.git('show', 'HEAD:docs/round.md'), /- round\n- floor\n/);
} finally {
  project.remove();
  await stub?.close();
}
