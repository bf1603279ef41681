// What it teaches: the whole of Troupe inside a program of yours, with a store and an agent of yours (../ports).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { greeter } from '../ports/greeter.ts';
import { journalStore } from '../ports/journal-store.ts';
import { exampleProject } from '../project.ts';

const project = exampleProject({ 'README.md': '# Example\n' });
try {
  await using troupe = await openTroupe({
    store: journalStore(join(project.folder, '.git', 'journal.jsonl')),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
    agents: { greeter },
  });
  await troupe.actions.create({
    name: 'greet',
    description: 'Say hello to {{name}}',
    arguments: { name: { required: true } },
    executionActor: 'greeter',
  });
  const plan = await troupe.use({ action: 'greet', arguments: { name: 'world' } });
  await plan.execute();
  for await (const event of plan.events()) console.log(event.type);
  assert.match(await plan.diff(), /\+Hello, world/);
  await plan.apply({ target: { kind: 'branch', branch: 'hello' } });
  assert.equal((await plan.waitUntilIdle()).state, 'applied');
  assert.equal(project.git('show', 'hello:HELLO.md'), 'Hello, world\n');
} finally {
  project.remove();
}
