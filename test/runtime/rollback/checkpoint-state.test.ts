/** The machine's state at checkpoints, compared with the rows of actors in the store at the same commit. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import type { ActorSnapshot, AgentTask, Plan, StoreOpener } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

interface StoredActor {
  parent?: string;
  systemId?: string;
  state: unknown;
}

/** A store that keeps, for each checkpoint, the states of all actors after the batch that wrote it. */
function observedStore() {
  const atCheckpoint = new Map<string, Map<string, StoredActor>>();
  const written = { states: 0, total: 0 };
  const open = memoryStore();
  const opener: StoreOpener = async () => {
    const store = await open();
    const batch = store.batch.bind(store);
    store.batch = async operations => {
      await batch(operations);
      const actors = new Map<string, StoredActor>();
      const created = operations.filter(({ type, key }) => type === 'put' && key.startsWith('c/'));
      if (created.length > 0) {
        for await (const [key, value] of store.entries('a/')) {
          const [uid = '', now] = key.slice(2).split('/');
          const known = actors.get(uid);
          if (now === undefined || known === undefined) actors.set(uid, value as StoredActor);
          else known.state = value;
        }
      }
      for (const { key } of created) atCheckpoint.set(key.split('/')[2] ?? '', structuredClone(actors));
      for (const operation of operations) {
        const bytes = operation.key.length + (operation.type === 'put' ? JSON.stringify(operation.value).length : 0);
        written.total += bytes;
        if (/^c[sb]\//.test(operation.key)) written.states += bytes;
      }
    };
    return store;
  };
  return { opener, atCheckpoint, written };
}

/** The stored states of a plan's actor and of those below it, by uid. */
function storedBelow(actors: ReadonlyMap<string, StoredActor>, planId: string): Record<string, unknown> {
  const own = [...actors].find(([, { systemId }]) => systemId === `plan:${planId}`)?.[0] ?? '';
  const within = (uid: string | undefined): boolean =>
    uid !== undefined && (uid === own || within(actors.get(uid)?.parent));
  return Object.fromEntries([...actors].filter(([uid]) => within(uid)).map(([uid, { state }]) => [uid, state]));
}

function statesOf({ uid, state, children = [] }: ActorSnapshot): Record<string, unknown> {
  return Object.assign({ [uid]: state }, ...children.map(statesOf));
}

async function expectStoredStates(plan: Plan, seen: ReadonlyMap<string, Map<string, StoredActor>>): Promise<void> {
  const checkpoints = await plan.checkpoints.list();
  expect(checkpoints.length).toBeGreaterThan(3);
  for (const { checkpointId } of checkpoints) {
    const expected = storedBelow(seen.get(checkpointId) ?? new Map(), plan.id);
    expect(statesOf((await plan.checkpoints.get(checkpointId)).state)).toEqual(expected);
  }
}

const writes = (count: number) => async (task: AgentTask) => {
  for (let at = 0; at < count; at++) await task.call('write', { path: `${at}.txt`, content: `${at}\n` });
};

test('a checkpoint stores the state of the plan and of every actor below it, also after a restart [R211]', async () => {
  const { opener, atCheckpoint } = observedStore();
  let during: Promise<unknown> | undefined;
  const testProject = await createTestProject(
    {
      child: async task => {
        await task.call('write', { path: 'child.txt', content: 'child\n' });
        during = (await testProject.troupe.get(parentOf(task))).checkpoints.create('during');
        await during;
      },
    },
    { store: opener },
  );
  const parents: string[] = [];
  const parentOf = (_: AgentTask) => parents[0] ?? '';
  const { plan } = await testProject.run(async task => {
    parents.push(task.plan.planId);
    await writes(2)(task);
    await spawnSubplan(task, 'child', { executionActor: 'child' });
  });
  await expectStoredStates(plan, atCheckpoint);
  const { state } = await plan.checkpoints.get('during');
  expect(state).toMatchObject({
    src: 'plan',
    state: { value: { active: { lifecycle: { execute: expect.anything() } } } },
  });
  const below = Object.keys(statesOf(state)).length;
  expect(below).toBeGreaterThan(3);

  const again = await (await testProject.reopen()).get(plan.id);
  await again.checkpoints.create('after a restart');
  await expectStoredStates(again, atCheckpoint);
});

test('deleting a checkpoint keeps the states of the others [R211]', async () => {
  const { opener, atCheckpoint } = observedStore();
  const testProject = await createTestProject({}, { store: opener });
  const { plan } = await testProject.run(writes(4));
  const [first] = await plan.checkpoints.list();
  await plan.checkpoints.delete(first?.checkpointId ?? '');
  await expect(plan.checkpoints.get(first?.checkpointId ?? '')).rejects.toMatchObject({ code: 'UNKNOWN_CHECKPOINT' });
  await expectStoredStates(plan, atCheckpoint);
});

test('states add at most a fifth to what a plan writes [R216]', async () => {
  const { opener, written } = observedStore();
  const testProject = await createTestProject({}, { store: opener });
  const { plan } = await testProject.run(writes(10));
  expect((await plan.checkpoints.list()).length).toBe(22);
  expect(written.total / (written.total - written.states)).toBeLessThanOrEqual(1.2);
});

test.each([
  ['rollback', async (plan: Plan) => plan.rollback((await plan.checkpoints.list())[0]?.checkpointId ?? '')],
  [
    'correction',
    async (plan: Plan) => {
      const decision = (await plan.decisions()).find(({ chosenOption }) => chosenOption === 'this');
      await plan.correct(decision?.decisionId ?? '', { guidance: 'not this' });
    },
  ],
] as const)('the checkpoint before a %s stores the state before it [R211]', async (_, change) => {
  const testProject = await createTestProject();
  const { plan, record } = await testProject.run(async task => {
    await writes(1)(task);
    await task.call('decide', { question: '?', chosenOption: 'this', rationale: 'so' });
  });
  await change(plan);
  const made = (await plan.checkpoints.list()).find(
    ({ trigger }) => trigger.startsWith('before') && !trigger.includes('Tool'),
  );
  const { state } = await plan.checkpoints.get(made?.checkpointId ?? '');
  const { resultTree, attempt } = record;
  expect(resultTree).not.toBeNull();
  expect(state.state).toMatchObject({ context: { position: { state: 'complete' }, resultTree, attempt } });
});
