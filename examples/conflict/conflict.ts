// What it teaches: two subplans change the same line. Nothing is guessed: the plan rests, names the file and both
// sides, and goes on by itself once the conflict is resolved.
import assert from 'node:assert/strict';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';

const project = exampleProject({ 'colour.txt': 'the sky is grey\n' });
try {
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
  });
  const paint = (colour: string) => ({
    subplan: {
      goal: `Paint it ${colour}`,
      resourceScopes: ['colour.txt'],
      executionActor: { kind: 'steps', steps: [{ edit: { path: 'colour.txt', find: 'grey', replace: colour } }] },
    },
  });
  await troupe.actions.create({
    name: 'paint',
    description: 'Paint the sky twice',
    executionActor: { kind: 'steps', steps: [paint('blue'), paint('red')] },
  });

  const plan = await troupe.use({ action: 'paint' });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  assert.equal(record.state, 'conflicted');
  for (const conflict of await plan.conflicts.list()) {
    console.log(`${conflict.path}: ${conflict.kind}, brought by “${conflict.theirs.goals.join(', ')}”`);
  }

  await plan.conflicts.resolve('colour.txt', { content: Buffer.from('the sky is purple\n') });
  const resolved = await plan.waitUntilIdle();
  assert.equal(resolved.state, 'complete');
  await plan.apply();
  assert.equal((await plan.waitUntilIdle()).state, 'applied');
  console.log(project.git('show', '--stat', '--format=%s', 'HEAD').trim());
  assert.equal(project.git('show', 'HEAD:colour.txt'), 'the sky is purple\n');
} finally {
  project.remove();
}
