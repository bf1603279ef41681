/**
 * What the examples of doc comments use besides the exports of the entry points, by the function that they describe. Each
 * example runs in a folder of its own with a git repository.
 */
import type { AgentUnderTest, ProjectUnderTest } from 'troupe/testing';
import { fromPromise, setup } from 'xstate';
import type { EffectInput, EffectOutput } from '../machines/index.ts';
import { memoryStore, openDurable } from '../src/durable.ts';
import { gitProject } from '../src/git.ts';
import { openTroupe } from '../src/index.ts';
import type { GitFixture } from './adapters/project/git/git-fixture.ts';

const shop = setup({ types: { events: {} as { type: 'ORDER'; id: number } } }).createMachine({ on: { ORDER: {} } });

const order = setup({ types: { events: {} as { type: 'PAY' } } }).createMachine({
  initial: 'cart',
  states: { cart: { on: { PAY: 'paid' } }, paid: {} },
});

const action = { name: 'rename', description: 'Rename', executionActor: { kind: 'steps', steps: [] } } as const;

/** A test runner that registers and runs nothing: the suites themselves run in the tests of their adapters. */
const suite = { test: (_title: string, _body: () => Promise<void>) => {}, dispose: async () => {} };

const agentUnderTest: Omit<AgentUnderTest, 'work' | 'dispose'> = {
  agent: { check: async () => {}, run: async () => ({ decisions: [], summary: '' }) },
  directory: '.',
  task: () => {
    throw new Error('the suite does not run');
  },
  remaining: async () => 0,
};

const sides = (base: string, ours: string, theirs: string) => ({
  base: Buffer.from(base),
  ours: Buffer.from(ours),
  theirs: Buffer.from(theirs),
});

const file = (text: string) => new Map([['a.txt', { mode: '100644' as const, content: Buffer.from(text) }]]);

export const values = {
  async openTroupe() {
    const { levelStore } = await import('../src/level.ts');
    await using troupe = await openTroupe({ store: levelStore('.git/troupe/store'), project: gitProject('.') });
    await troupe.actions.create(action);
    return {};
  },
  watchPlans: async () => ({ troupe: await openTroupe({ store: memoryStore(), project: gitProject('.') }) }),
  openDurable: async () => ({ shop, order }),
  serveInspector: async () => ({ system: await openDurable({ store: memoryStore(), machine: shop }) }),
  effect: async () => ({
    pay: async (amount: number, how: { key: string; signal: AbortSignal }) => `${amount} ${how.key}`,
  }),
  mergeFile: async () => sides('a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nC\n'),
  openFileMerger: async () => sides('{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1,"b":2}'),
  async openTreeMerger({ git }: GitFixture) {
    const base = await git('rev-parse', 'HEAD^{tree}');
    return { base, ours: base, theirs: base, theirsPlanId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
  },
  mergeFileTrees: async () => ({ base: file('a\n'), ours: file('a\n'), theirs: file('b\n') }),
  agentSuite: async () => ({ ...suite, ...agentUnderTest }),
  projectSuite: async ({ root }: GitFixture) => ({
    ...suite,
    root,
    openWith: async (_files: Record<string, string>): Promise<ProjectUnderTest['project']> => gitProject(root),
  }),
  withRetry: async () => ({
    strategize: fromPromise<EffectOutput<'strategize'>, EffectInput<'strategize'>>(() => Promise.reject(new Error())),
  }),
} satisfies Record<string, (fixture: GitFixture) => Promise<object>>;
