import { describe, expect, test } from 'vitest';
import type { EffectInput, EffectOutput, SubplanTree } from '../../machines/effects.ts';
import type { MergeInput, MergeOutput } from '../../machines/index.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import { sampleConflict, sampleSpec, ulidOf } from './fixtures.ts';
import { deferred, runMachine, waitUntil as until } from './run-machine.ts';
import { type EffectAnswers, scriptedMachines } from './scripted-effects.ts';

const child = (name: string, baseTree = 't0'): SubplanTree => ({
  planId: ulidOf(name),
  goal: `goal ${name}`,
  baseTree,
  treeOid: `t${name}`,
});
const a = sampleConflict('a.txt');
const b = sampleConflict('b.txt');
const conflicting: EffectAnswers['mergeNext'] = ({ ours, children: [next] }) =>
  next?.planId === ulidOf('B')
    ? { clean: false, treeOid: `${ours}?B`, folded: 1, conflicts: [a, b], engines: {} as Record<string, string> }
    : {
        clean: true,
        treeOid: `${ours}|${next?.planId.slice(-1)}`,
        folded: 1,
        conflicts: [],
        engines: { f: 'git' } as Record<string, string>,
      };
const resolvedWith = (treeOid: string) => ({ treeOid, decisions: [], toolCalls: 0 });
const span = { start: 0, length: 1 };
type Folded = EffectOutput<'mergeNext'>;
const hunky = ({ children: [next] }: EffectInput<'mergeNext'>, conflict: Conflict): Partial<Folded> =>
  next?.planId === ulidOf('B') ? { conflicts: [conflict] } : {};
const take = (conflictId: string) => ({ type: 'resolve' as const, conflictId, resolution: { take: 'base' as const } });

function merge(input: Partial<MergeInput>, answers: Partial<EffectAnswers> = {}) {
  const played = runMachine(scriptedMachines(answers).merge, {
    spec: sampleSpec(),
    attempt: 1,
    sandbox: { key: 's', path: '/s' },
    guidance: [],
    ours: 't0',
    children: [child('A'), child('B'), child('C')],
    strategy: 'threeWay',
    ...input,
  });
  return {
    ...played,
    ended: async () => {
      await until(() => played.actor.getSnapshot().status !== 'active');
      return played.actor.getSnapshot().output as MergeOutput;
    },
    waits: () => until(() => played.actor.getSnapshot().hasTag('resting')),
  };
}

describe('A merge', () => {
  test('folds children in recorded order, each into what the ones before made', async () => {
    const { ended, emitted } = merge({});
    expect(await ended()).toEqual({ outcome: 'merged', tree: 't0|tA|tB|tC', toolCalls: 0 });
    expect(emitted('merge.child_merged').map(({ childPlanId, treeOid }) => [childPlanId, treeOid])).toEqual([
      [ulidOf('A'), 't0|tA'],
      [ulidOf('B'), 't0|tA|tB'],
      [ulidOf('C'), 't0|tA|tB|tC'],
    ]);
  });

  test('folds several at a time where they do not meet, and tells of each', async () => {
    const inputs: string[][] = [];
    const fold: EffectAnswers['mergeNext'] = ({ ours, children, earlier }) => {
      inputs.push(children.map(({ planId }) => planId));
      const folded = earlier.length === 0 ? 2 : 1;
      return { clean: true, treeOid: `${ours}|${folded}`, folded, conflicts: [], engines: { '*': 'disjoint' } };
    };
    const { ended, emitted } = merge({}, { mergeNext: fold });
    expect(await ended()).toEqual({ outcome: 'merged', tree: 't0|2|1', toolCalls: 0 });
    expect(inputs).toEqual([[ulidOf('A'), ulidOf('B'), ulidOf('C')], [ulidOf('C')]]);
    expect(emitted('merge.child_merged').map(({ childPlanId, treeOid }) => [childPlanId, treeOid])).toEqual([
      [ulidOf('A'), 't0|2'],
      [ulidOf('B'), 't0|2'],
      [ulidOf('C'), 't0|2|1'],
    ]);
  });

  test('of no children is the tree it started with', async () => {
    expect(await merge({ children: [] }).ended()).toEqual({ outcome: 'merged', tree: 't0', toolCalls: 0 });
  });

  test('rests at a conflict and continues by itself when it is resolved', async () => {
    const { actor, ended, waits, emitted } = merge({}, { mergeNext: conflicting });
    await waits();
    expect(emitted('conflict.found').map(({ conflict }) => conflict.path)).toEqual(['a.txt', 'b.txt']);
    actor.send(take('nowhere'));
    actor.send(take(b.conflictId));
    actor.send(take(b.conflictId));
    actor.send(take(a.conflictId));
    expect(await ended()).toEqual({ outcome: 'merged', tree: 't0|A?B!b.txt!a.txt|C', toolCalls: 0 });
    expect(emitted('conflict.resolved').map(({ conflictId, resolution }) => [conflictId, resolution.take])).toEqual([
      [b.conflictId, 'base'],
      [a.conflictId, 'base'],
    ]);
  });

  test.each([
    { given: { strategy: 'lastWins' as const }, side: 'theirs' },
    { given: { policy: 'preferTheirs' as const }, side: 'theirs' },
    { given: { policy: 'preferOurs' as const }, side: 'ours' },
  ])('with $given resolves every conflict by $side and emits an event for each', async ({ given, side }) => {
    const { ended, emitted } = merge(given, { mergeNext: conflicting });
    expect((await ended()).outcome).toBe('merged');
    expect(emitted('conflict.resolved').map(({ resolution }) => resolution.take)).toEqual([side, side]);
  });

  test('with failOnConflict fails and names the files', async () => {
    const { ended, emitted } = merge({ strategy: 'failOnConflict' }, { mergeNext: conflicting });
    expect(await ended()).toMatchObject({
      outcome: 'failed',
      error: { code: 'MERGE_CONFLICT', message: expect.stringMatching(/goal B.*a\.txt, b\.txt/) },
    });
    expect(emitted('conflict.resolved')).toEqual([]);
  });

  test('that is not clean and names no conflict is not taken for clean', async () => {
    const { ended } = merge(
      {},
      { mergeNext: ({ ours }) => ({ clean: false, treeOid: ours, folded: 1, conflicts: [], engines: {} }) },
    );
    expect(await ended()).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringContaining('did not name') },
    });
  });

  test("of a chain takes the last tree, which holds everybody's work [R80]", async () => {
    const { ended, emitted } = merge(
      { strategy: 'sequentialApply', children: [child('A'), child('B', 'tA'), child('C', 'tB')] },
      { mergeNext: () => Promise.reject(new Error('not asked')) },
    );
    expect(await ended()).toEqual({ outcome: 'merged', tree: 'tC', toolCalls: 0 });
    expect(emitted('merge.child_merged')).toHaveLength(3);
  });

  test('of children that should be a chain and are not merges each, so that no change is lost [R80]', async () => {
    const { ended } = merge({ strategy: 'sequentialApply', children: [child('A'), child('B', 't0')] });
    expect(await ended()).toEqual({ outcome: 'merged', tree: 't0|tA|tB', toolCalls: 0 });
  });

  test('that cannot fold fails with the error as it was', async () => {
    const { ended } = merge({}, { mergeNext: () => Promise.reject(new Error('git died')) });
    expect(await ended()).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL', message: 'git died' } });
  });

  test('on its own opens a conflict again when its resolution fails', async () => {
    let tries = 0;
    const { actor, ended, waits } = merge(
      {},
      {
        mergeNext: conflicting,
        resolveConflict: ({ tree }) => {
          tries += 1;
          return tries === 1 ? Promise.reject(new Error('no blob')) : resolvedWith(`${tree}!`);
        },
      },
    );
    await waits();
    actor.send(take(a.conflictId));
    await until(() => tries === 1 && actor.getSnapshot().hasTag('resting'));
    actor.send(take(a.conflictId));
    actor.send(take(b.conflictId));
    expect(await ended()).toEqual({ outcome: 'merged', tree: 't0|A?B!!|C', toolCalls: 0 });
  });

  test('is resolved hunk by hunk, each hunk once, and the rest of a file as a whole', async () => {
    const hunk = { base: span, ours: span, theirs: span, taken: null };
    const two = { ...a, hunks: [hunk, hunk] };
    const seen: (string | null)[][] = [];
    const { actor, ended, waits, emitted } = merge(
      {},
      {
        mergeNext: input => ({ ...(conflicting(input, new AbortController().signal) as Folded), ...hunky(input, two) }),
        resolveConflict: ({ tree, conflict }) => {
          seen.push(conflict.hunks.map(({ taken }) => taken as string | null));
          return resolvedWith(`${tree}!`);
        },
      },
    );
    await waits();
    const pick = (number: number) => ({
      type: 'resolve' as const,
      conflictId: two.conflictId,
      resolution: { take: 'hunk' as const, hunk: number, pick: 'ours' as const },
    });
    for (const number of [3, 2, 2]) actor.send(pick(number));
    actor.send(take(two.conflictId));
    actor.send(pick(1));
    await ended();
    expect(seen).toEqual([
      [null, null],
      [null, 'ours'],
    ]);
    expect(emitted('conflict.resolved').map(({ resolution }) => resolution)).toEqual([{ take: 'base' }]);
  });

  test('hears resolutions while it carries one out, and does them one after the other', async () => {
    const first = deferred<ReturnType<typeof resolvedWith>>();
    const seen: string[] = [];
    const { actor, ended, waits } = merge(
      {},
      {
        mergeNext: conflicting,
        resolveConflict: ({ tree, conflict }) => {
          seen.push(tree);
          return seen.length === 1 ? first.promise : resolvedWith(`${tree}!${conflict.path}`);
        },
      },
    );
    await waits();
    actor.send(take(a.conflictId));
    actor.send(take(b.conflictId));
    expect(actor.getSnapshot().context.pendingResolutions).toHaveLength(2);
    first.resolve(resolvedWith('one'));
    await ended();
    expect(seen).toEqual(['t0|A?B', 'one']);
  });

  test('that is held comes back to where it was', async () => {
    let runs = 0;
    const { actor, ended } = merge(
      {},
      {
        mergeNext: input => {
          runs += 1;
          return runs === 1 ? new Promise(() => {}) : conflicting(input, new AbortController().signal);
        },
        resolveConflict: ({ tree }) => resolvedWith(tree),
      },
    );
    await until(() => runs === 1);
    actor.send({ type: 'pause' });
    expect(actor.getSnapshot().value).toBe('paused');
    actor.send({ type: 'resume' });
    await until(() => actor.getSnapshot().hasTag('resting'));
    actor.send({ type: 'pause' });
    actor.send({ type: 'resume' });
    expect(actor.getSnapshot().hasTag('resting')).toBe(true);
    actor.send(take(a.conflictId));
    actor.send(take(b.conflictId));
    expect((await ended()).outcome).toBe('merged');
  });
});
