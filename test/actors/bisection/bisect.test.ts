/** The search on real merges of a git repository. The validation reads the files of the checkout it is run in. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { bisect } from '../../../actors/index.ts';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { openDurable } from '../../../src/durable.ts';
import type { BisectionRequest } from '../../../src/model/bisection-request.ts';
import type { EffectOutput } from '../../../src/model/effects.ts';
import { Validation } from '../../../src/model/validation.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import type { RunProcess } from '../../../src/ports/process.ts';
import { createGitFixture, type GitFixture } from '../../adapters/project/git/git-fixture.ts';
import { planSpec, testId } from '../../fixtures.ts';
import { deferred, servicesWith } from '../services.ts';

let repository: GitFixture;
let project: ReturnType<GitFixture['project']>;
let base: string;

beforeAll(async () => {
  repository = await createGitFixture({ 'base.txt': 'one\ntwo\nthree\n' });
  project = repository.project();
  ({ tree: base } = await project.head());
});
afterAll(async () => {
  await project.close();
  await repository.dispose();
});

async function treeWith(files: Record<string, string>, from = base): Promise<string> {
  const edits = Object.entries(files).map(async ([path, text]) => ({
    path,
    oid: await project.writeBlob(Buffer.from(text)),
  }));
  return project.writeTree(from, await Promise.all(edits));
}

/** The results of subplans; each writes a file of its own name unless its files are given. */
async function subplans(count: number, files: Record<number, Record<string, string>> = {}) {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      planId: testId(`S${at}`),
      goal: `s${at}`,
      baseTree: base,
      treeOid: await treeWith(files[at] ?? { [`s${at}`]: 'x\n' }),
    })),
  );
}

/** `fails` gets a function that says whether the checkout has a file. */
interface BisectionCase {
  children: BisectionRequest['merged']['children'];
  fails: (has: (path: string) => boolean, run: number) => boolean | Promise<boolean>;
  validation?: Partial<Validation>;
  request?: Partial<BisectionRequest>;
  /** Called when the search starts a run. */
  onRun?: (run: number) => Promise<void>;
}

async function search(
  { children, fails, validation: more = {}, request = {}, onRun }: BisectionCase,
  store = memoryStore(),
) {
  const validation = { ...Validation.parse({ name: 'tests', argv: ['test'] }), ...more };
  const { tree: commitTree, commit } = await project.head();
  const spec = planSpec({ validations: [validation] });
  const link = { ...spec.projectLinks[0], alias: 'main', root: repository.root, kind: 'git' as const };
  const tree = await children.reduce(
    async (ours, { baseTree, treeOid, planId }) =>
      (
        await project.mergeTrees({
          base: baseTree,
          ours: await ours,
          theirs: treeOid,
          alias: 'main',
          theirsPlanId: planId,
        })
      ).treeOid,
    Promise.resolve(base),
  );
  let runs = 0;
  const run: RunProcess = async ({ cwd }) => {
    runs += 1;
    await onRun?.(runs);
    const isFailed = await fails(path => existsSync(join(cwd, path)), runs);
    return { outcome: 'exited', exitCode: isFailed ? 1 : 0, durationMs: 1, digest: 'd', tail: '' };
  };
  const services = servicesWith({
    env: {},
    log: () => {},
    run,
    project: () => project,
    ledger: { cachedValidation: async () => null } as Partial<Ledger> as Ledger,
    mintId: () => testId('D'),
    resources: [],
  });
  const input: BisectionRequest = {
    spec: { ...spec, projectLinks: [{ ...link, baseCommit: commit, baseTree: commitTree, branch: 'main' }] },
    attempt: 1,
    round: 1,
    tree,
    validation,
    merged: { ours: base, children, strategy: 'threeWay' },
    fixes: [],
    suspects: [],
    ...request,
  };
  const { promise, resolve, reject } = deferred<EffectOutput<'bisect'>>();
  const machine = setup({ actors: { bisect: bisect(services) } }).createMachine({
    invoke: {
      src: 'bisect',
      input: () => input,
      onDone: { actions: ({ event }) => resolve(event.output) },
      onError: { actions: ({ event }) => reject(event.error) },
    },
  });
  const system = await openDurable({ store, machine });
  return { system, found: promise, runs: () => runs };
}

async function searched(bisectionCase: BisectionCase) {
  const { system, found, runs } = await search(bisectionCase);
  await using _closed = system;
  const { bisection } = await found;
  expect(bisection.runs).toBe(runs());
  return { outcome: bisection.outcome, goals: bisection.subplans.map(({ goal }) => goal), runs: bisection.runs };
}

describe('A search on real merges', () => {
  test('finds one of 60 subplans in 8 runs, and changes no checkout [R241]', async () => {
    const children = await subplans(60);
    expect(await searched({ children, fails: has => has('s37') })).toEqual({
      outcome: 'found',
      goals: ['s37'],
      runs: 8,
    });
    expect(await project.sandboxes()).toEqual([]);
    expect(existsSync(join(repository.root, 's37'))).toBe(false);
  });

  test('finds two of 60 that fail only together', async () => {
    const found = await searched({ children: await subplans(60), fails: has => has('s11') && has('s42') });
    expect(found).toMatchObject({ outcome: 'found', goals: ['s11', 's42'] });
    expect(found.runs).toBeLessThanOrEqual(15);
  });

  test('blames no subplan for a base that fails, nor for a failure that does not happen again', async () => {
    const children = await subplans(5);
    expect(await searched({ children, fails: () => true })).toMatchObject({ outcome: 'base', goals: [] });
    expect(await searched({ children, fails: () => false })).toEqual({ outcome: 'unreproducible', goals: [], runs: 1 });
  });

  test('goes on where subplans conflict without the others: they stay together', async () => {
    const children = await subplans(4, { 1: { 'base.txt': 'one\n2\nthree\n' } });
    const [, second] = children;
    if (second === undefined) throw new TypeError('there is no second subplan');
    // The third changes what the second wrote.
    children[2] = {
      ...{ planId: testId('S2'), goal: 's2', baseTree: second.treeOid },
      treeOid: await treeWith({ 'base.txt': 'one\n2!\nthree\n', s2: 'x\n' }),
    };
    expect(await searched({ children, fails: has => has('s2') })).toMatchObject({
      outcome: 'found',
      goals: ['s1', 's2'],
    });
  });

  test('makes no more runs than the validation allows', async () => {
    const children = await subplans(8);
    const limited = await searched({ children, fails: has => has('s6'), validation: { bisect: 3 } });
    expect(limited).toEqual({ outcome: 'undetermined', goals: children.slice(0, 8).map(({ goal }) => goal), runs: 3 });
  });

  test('includes a fix only with the subplans it fixes, and tests what was found before first', async () => {
    const children = await subplans(6);
    const whole = await treeWith(Object.fromEntries(children.map(({ goal }) => [goal, 'x\n'])));
    const tree = await treeWith({ fixed: 'x\n' }, whole);
    const fix = { before: whole, after: tree, planIds: [testId('S1')] };
    const request = { tree, fixes: [fix], suspects: [testId('S1')] };
    const isOther = (has: (path: string) => boolean) => has('s4') || (has('s1') && !has('fixed'));
    expect(await searched({ children, fails: isOther, request })).toMatchObject({ goals: ['s4'] });
    expect(await searched({ children, fails: has => has('s1'), request })).toEqual({
      outcome: 'found',
      goals: ['s1'],
      runs: 2,
    });
  });

  test('continues after a crash without repeating a finished run', async () => {
    const children = await subplans(16);
    const bisectionCase = { children, fails: (has: (path: string) => boolean) => has('s9') };
    const store = memoryStore();
    const { promise: isStuck, resolve: stuck } = deferred<void>();
    const first = await search(
      {
        ...bisectionCase,
        onRun: run => {
          if (run < 4) return Promise.resolve();
          stuck();
          return new Promise(() => {});
        },
      },
      store,
    );
    await isStuck;
    await first.system.close();
    const second = await search(bisectionCase, store);
    await using _closed = second.system;
    expect((await second.found).bisection).toMatchObject({ subplans: [{ goal: 's9' }], runs: 6 });
    expect([first.runs(), second.runs()]).toEqual([4, 3]);
  });
});
