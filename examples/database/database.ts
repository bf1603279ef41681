// What it teaches: a resource that is not a text says how it merges. Two subplans write to one SQLite file; their rows
// come together, and the one row that both changed is a conflict of its own.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { type AgentTask, openTroupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';
import { sqlite } from './sqlite.ts';

const { Database } = await initSqlJs();

function change(file: string, ...statements: string[]): void {
  const database = new Database(readFileSync(file));
  for (const sql of statements) database.run(sql);
  writeFileSync(file, database.export());
  database.close();
}

function names(content: Uint8Array): unknown {
  const database = new Database(content);
  const [found] = database.exec('SELECT name FROM people ORDER BY id');
  database.close();
  return found?.values.flat();
}

const project = exampleProject({ 'README.md': '# People\n' });
try {
  const file = join(project.folder, 'people.db');
  writeFileSync(file, new Database().export());
  change(
    file,
    'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)',
    "INSERT INTO people VALUES (1, 'Ada'), (2, 'Bo')",
  );
  project.git('add', '.');
  project.git('commit', '--quiet', '--message=People');

  const writer = (...statements: string[]) => ({
    check: async () => undefined,
    run: async ({ directory }: AgentTask) => {
      change(join(directory, 'people.db'), ...statements);
      return { decisions: [], summary: 'written' };
    },
  });
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
    resources: [sqlite(['**/*.db'])],
    agents: {
      first: writer("INSERT INTO people VALUES (3, 'Cleo')", "UPDATE people SET name = 'Beau' WHERE id = 2"),
      second: writer("INSERT INTO people VALUES (4, 'Dan')", "UPDATE people SET name = 'Bob' WHERE id = 2"),
    },
  });
  const subplan = (name: string) => ({ subplan: { goal: `The ${name} hand`, executionActor: name } });
  await troupe.actions.create({
    name: 'people',
    description: 'Write people down',
    executionActor: { kind: 'steps', steps: [subplan('first'), subplan('second')] },
  });
  const plan = await troupe.use({ action: 'people' });
  await plan.execute();
  assert.equal((await plan.waitUntilIdle()).state, 'conflicted');
  const { message, texts } = await plan.conflicts.get('people.db');
  console.log(`${message}: ${texts[0]?.ours} or ${texts[0]?.theirs}`);

  await plan.conflicts.resolve('people.db', 'theirs', { hunk: 1 });
  const { state, resultTree } = await plan.waitUntilIdle();
  assert.equal(state, 'complete');
  await plan.apply();
  assert.equal((await plan.waitUntilIdle()).state, 'applied');
  assert.notEqual(resultTree, null);
  console.log(names(readFileSync(file)));
} finally {
  project.remove();
}
