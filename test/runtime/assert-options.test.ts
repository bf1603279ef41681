/** What a program that is not type-checked may pass to `openTroupe`. */
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../src/git.ts';
import { openTroupe } from '../../src/index.ts';

const project = gitProject('.');
const store = memoryStore();

const refused: [why: string, options: unknown, message: RegExp][] = [
  ['without options', undefined, /^openTroupe needs a store/],
  ['without a store', { project }, /^openTroupe needs a store: a function that opens one/],
  ['without a project', { store }, /^openTroupe needs a project, such as gitProject/],
  ['with a path as the project', { store, project: '.' }, /^openTroupe needs a project/],
  ['with an agent that has no check', { store, project, agents: { me: { run: () => {} } } }, /^The agent "me" must be/],
  ['with a number as an agent', { store, project, agents: { me: 5 } }, /^The agent "me" must be described by its kind/],
  [
    'where no plan could run',
    { store, project, concurrency: 0 },
    /^concurrency must be a whole number from 1; it is 0/,
  ],
  ['with half a level of subplans', { store, project, depthMax: 0.5 }, /^depthMax must be a whole number from 0/],
  ['where an agent could not run', { store, project, agentLimits: { claude: 0 } }, /^agentLimits\.claude must be/],
  [
    'where no agent could run',
    { store, project, machine: { agentLimit: Number.NaN, folder: '/' } },
    /^machine\.agentLimit/,
  ],
];

describe('Troupe is not opened', () => {
  test.each(refused)('%s', async (_, options, message) => {
    const opening = openTroupe(options as never);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(TypeError);
  });
});

describe('A plan is not created', () => {
  test('from an action in place that is not one: the error names the key, as for a stored action', async () => {
    await using troupe = await openTroupe({ store, project, resume: false });
    const action = { name: 'local/x', description: 'x', executionActr: 'me' };
    const error = { code: 'UNKNOWN_KEY', message: expect.stringContaining('executionActr') };
    await expect(troupe.use({ action: action as never })).rejects.toMatchObject(error);
    await expect(troupe.actions.create(action)).rejects.toMatchObject(error);
  });

  test.each([null, undefined, 5])('from %j', async action => {
    await using troupe = await openTroupe({ store, project, resume: false });
    await expect(troupe.use({ action: action as never })).rejects.toMatchObject({ code: 'INVALID_ACTION' });
    await expect(troupe.actions.create(action as never)).rejects.toMatchObject({ code: 'INVALID_ACTION' });
  });
});
