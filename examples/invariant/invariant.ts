// What it teaches: a rule with a check holds at every boundary. The agent says it is done; the tree says it touched
// what it must not; the plan does not go on, and nothing of it reaches the project.
import assert from 'node:assert/strict';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';

const project = exampleProject({
  'src/sum.js': 'export const sum = (a, b) => a - b;\n',
  'test/sum.test.js': '// sum(1, 1) is 2\n',
});
try {
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
  });
  await troupe.actions.create({
    name: 'repair',
    description: 'Make the test pass',
    executionActor: { kind: 'steps', steps: [{ write: { path: 'test/sum.test.js', content: '// sum(1, 1) is 0\n' } }] },
    invariants: [{ text: 'Tests are not changed', check: { kind: 'paths', deny: ['test/**'] } }],
  });
  const plan = await troupe.use({ action: 'repair' });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  console.log(`${record.phase}.${record.state}: ${record.errorMessage}`);
  assert.equal(record.error?.code, 'INVARIANT_VIOLATED');
  assert.notEqual(record.state, 'complete');
  await assert.rejects(plan.apply(), { code: 'PHASE_GUARD' });
  assert.equal(project.git('status', '--porcelain'), '');
} finally {
  project.remove();
}
