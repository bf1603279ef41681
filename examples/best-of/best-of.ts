// What it teaches: two attempts at one goal, side by side. Each works in its own sandbox and must pass the check; then a
// judge compares their changes and chooses one. Its reasons are a decision of the plan, and the other attempt is kept.
import assert from 'node:assert/strict';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';

const project = exampleProject({ 'name.txt': 'Ada\n' });
try {
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
  });
  const greet = (attempt: number, content: string) => ({ if: { attempt }, write: { path: 'greeting.txt', content } });
  await troupe.actions.create({
    name: 'greet',
    description: 'Write a greeting',
    executionActor: { kind: 'steps', steps: [greet(1, 'Hello\n'), greet(2, 'Hello, Ada\n')] },
    validations: [{ name: 'greets', argv: ['git', 'grep', '--no-index', '--quiet', 'Hello', '--', 'greeting.txt'] }],
    attempts: {
      count: 2,
      judge: { kind: 'steps', steps: [{ finding: { severity: 'note', text: 'attempt 2: it greets by name' } }] },
    },
  });

  const plan = await troupe.use({ action: 'greet' });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  assert.equal(record.state, 'complete');
  for (const [at, { state }] of record.subplanStatuses.entries()) console.log(`attempt ${at + 1}: ${state}`);
  const choice = (await plan.decisions()).find(({ question }) => question.startsWith('Which of'));
  console.log(`${choice?.chosenOption} was chosen: ${choice?.rationale}`);

  await plan.apply();
  assert.equal((await plan.waitUntilIdle()).state, 'applied');
  console.log(project.git('show', 'HEAD:greeting.txt').trim());
} finally {
  project.remove();
}
