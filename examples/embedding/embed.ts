// What it teaches: the whole of Troupe inside a program of yours, with a store of yours. A store is four methods; this
// one keeps its rows in a Map.
import assert from 'node:assert/strict';
import { openTroupe, type Store } from 'troupe';
import { gitProject } from 'troupe/git';
import { exampleProject } from '../project.ts';

function mapStore(rows = new Map<string, string>()): Store {
  return {
    async get(key) {
      const row = rows.get(key);
      return row === undefined ? undefined : JSON.parse(row);
    },
    async *entries(prefix, { after = '', limit = Number.POSITIVE_INFINITY, reverse = false } = {}) {
      const keys = [...rows.keys()].filter(key => key.startsWith(prefix) && key > after).sort();
      for (const key of (reverse ? keys.reverse() : keys).slice(0, limit))
        yield [key, JSON.parse(rows.get(key) ?? 'null')];
    },
    async batch(operations) {
      for (const operation of operations) {
        if (operation.type === 'put') rows.set(operation.key, JSON.stringify(operation.value));
        else rows.delete(operation.key);
      }
    },
    async close() {},
  };
}

const project = exampleProject({ 'README.md': '# Example\n' });
try {
  await using troupe = await openTroupe({
    store: async () => mapStore(),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
    agents: {
      // An agent of yours: it works in the sandbox it is given, by tools or by itself.
      greeter: {
        check: async () => {},
        run: async ({ call, plan }) => {
          await call('write', { path: 'HELLO.md', content: `Hello, ${plan.arguments.name}\n` });
          return { decisions: [], summary: 'said hello' };
        },
      },
    },
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
  assert.equal((await plan.settled()).state, 'applied');
  assert.equal(project.git('show', 'hello:HELLO.md'), 'Hello, world\n');
} finally {
  project.remove();
}
