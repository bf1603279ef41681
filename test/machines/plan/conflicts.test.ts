import { describe, expect, test } from 'vitest';
import { refusal, standing } from '../../../machines/index.ts';
import type { Answers } from '../effects.ts';
import { deferred, playPlan, turns as until } from '../play.ts';
import { conflictOf, faultOf, idOf, memberOf } from '../spec.ts';

const a = conflictOf('a.txt');
const b = conflictOf('b.txt');
const take = (conflictId: string) => ({
  type: 'resolve' as const,
  conflictId,
  resolution: { take: 'theirs' as const },
});

/** A plan whose second child conflicts with the first in two files. */
async function conflicted(answers: Partial<Answers> = {}) {
  const placed: string[] = [];
  const played = playPlan({
    enlist: ({ spec }) => ({
      members: spec.depth === 0 ? [memberOf('A'), memberOf('B')] : [],
      config: spec.subplanConfig,
      checkpoint: null,
    }),
    fold: ({ ours, children: [child] }) =>
      child?.planId === idOf('A')
        ? { clean: true, treeOid: `${ours}|A`, folded: 1, conflicts: [], engines: {} }
        : { clean: false, treeOid: `${ours}|B?`, folded: 1, conflicts: [a, b], engines: {} },
    place: ({ tree }) => {
      placed.push(tree);
      return { tree };
    },
    ...answers,
  });
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  return { ...played, placed };
}

describe('A conflict', () => {
  test('rests the plan with every file named and markers in the sandbox [R28, R81]', async () => {
    const { actor, here, told, placed } = await conflicted();
    expect(here()).toBe('execute.conflicted');
    expect(actor.getSnapshot().context.conflicts.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    expect(placed).toEqual(['t0+Say hello|A|B?']);
    expect(told('conflict.found').map(({ conflict }) => conflict.path)).toEqual(['a.txt', 'b.txt']);
    expect(standing(actor.getSnapshot())).toMatchObject({
      resting: true,
      ways: expect.arrayContaining(['resolve', 'revert', 'cancel']),
    });
  });

  test('is settled file by file; after the last the plan goes on by itself', async () => {
    const { actor, here, rested, told, placed } = await conflicted();
    actor.send(take(b.conflictId));
    expect(here()).toBe('execute.conflicted');
    actor.send(take(a.conflictId));
    await until(() => here() === 'execute.complete');
    await rested();
    expect(told('conflict.resolved').map(({ conflictId }) => conflictId)).toEqual([b.conflictId, a.conflictId]);
    expect(placed.at(-1)).toBe('t0+Say hello|A|B?!b.txt!a.txt');
    expect(actor.getSnapshot().context.conflicts).toEqual([]);
  });

  test('is settled hunk by hunk; a hunk that is settled, or is not there, is refused by name', async () => {
    const span = { start: 0, length: 1 };
    const hunk = { base: span, ours: span, theirs: span, taken: null };
    const two = { ...a, hunks: [hunk, hunk] };
    const { actor, here, told } = await conflicted({
      fold: ({ ours, children }) =>
        children.length === 2
          ? { clean: true, treeOid: `${ours}|A`, folded: 1, conflicts: [], engines: {} }
          : { clean: false, treeOid: `${ours}|B?`, folded: 1, conflicts: [two], engines: {} },
    });
    const pick = (number: number) => ({
      type: 'resolve' as const,
      conflictId: a.conflictId,
      resolution: { take: 'hunk' as const, hunk: number, pick: 'theirs' as const },
    });
    actor.send(pick(2));
    expect(here()).toBe('execute.conflicted');
    expect(told('conflict.narrowed').map(({ conflict }) => conflict.hunks.map(({ taken }) => taken))).toEqual([
      [null, 'theirs'],
    ]);
    expect(refusal(actor.getSnapshot(), pick(2))).toMatchObject({ code: 'CONFLICT_RESOLVED' });
    expect(refusal(actor.getSnapshot(), pick(3))).toMatchObject({
      code: 'UNKNOWN_CONFLICT',
      message: expect.stringContaining('it has 2'),
    });
    expect(refusal(actor.getSnapshot(), pick(1))).toBeNull();
    actor.send(pick(1));
    await until(() => here() === 'execute.complete');
  });

  test('that is unknown or resolved already is refused by name', async () => {
    const { actor } = await conflicted({ settle: () => new Promise(() => {}) });
    expect(refusal(actor.getSnapshot(), take('nowhere'))).toMatchObject({
      code: 'UNKNOWN_CONFLICT',
      message: expect.stringContaining(a.conflictId),
    });
    expect(refusal(actor.getSnapshot(), take(a.conflictId))).toBeNull();
    actor.send(take(a.conflictId));
    expect(refusal(actor.getSnapshot(), take(a.conflictId))).toMatchObject({ code: 'CONFLICT_RESOLVED' });
  });

  test('comes back when its resolution could not be carried out', async () => {
    let tries = 0;
    const { actor, here } = await conflicted({
      settle: ({ tree, conflict }) => {
        tries += 1;
        if (tries === 1) throw new TypeError('no such blob');
        return { treeOid: `${tree}!${conflict.path}`, decisions: [], toolCalls: 0 };
      },
    });
    actor.send(take(a.conflictId));
    await until(() => actor.getSnapshot().context.errorMessage === 'no such blob');
    expect(actor.getSnapshot().context.conflicts.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    actor.send(take(b.conflictId));
    actor.send(take(a.conflictId));
    await until(() => here() === 'execute.complete');
    expect(actor.getSnapshot().context.error).toBeNull();
  });

  test('whose last resolution fails brings the plan back to rest', async () => {
    const held = deferred<never>();
    const { actor, rested } = await conflicted({ settle: () => held.promise });
    actor.send(take(a.conflictId));
    actor.send(take(b.conflictId));
    expect(actor.getSnapshot().hasTag('resting')).toBe(false);
    held.reject(new Error('no such blob'));
    await rested();
    expect(actor.getSnapshot().context.conflicts.length).toBeGreaterThan(0);
  });

  test('survives a pause with what is settled so far', async () => {
    const { actor, here } = await conflicted();
    actor.send(take(a.conflictId));
    actor.send({ type: 'pause' });
    expect(here()).toBe('execute.paused');
    expect(refusal(actor.getSnapshot(), take(b.conflictId))).toMatchObject({ code: 'PHASE_GUARD' });
    actor.send({ type: 'resume' });
    await until(() => here() === 'execute.conflicted');
    actor.send(take(b.conflictId));
    await until(() => here() === 'execute.complete');
  });

  test('whose files cannot be put into the sandbox is an error of Execute', async () => {
    const { here } = await conflicted({ place: () => Promise.reject(new Error('disk full')) });
    expect(here()).toBe('execute.errored');
  });
});

describe('Children', () => {
  test('that fail for good fail their parent, which names them and keeps their statuses [R1, R24, R79]', async () => {
    const { actor, here } = await conflicted({
      execute: ({ spec }) => {
        if (spec.depth === 0) return { decisions: [], tree: 't1', toolCalls: 0, run: 'r' };
        return Promise.reject(Object.assign(new Error(`no ${spec.description}`)));
      },
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A'), memberOf('B')] : [],
        config: { ...spec.subplanConfig, retryFailed: false },
        checkpoint: null,
      }),
    });
    expect(here()).toBe('execute.errored');
    const { error, subplanStatuses } = actor.getSnapshot().context;
    expect(error).toMatchObject({ code: 'SUBPLANS_FAILED', message: expect.stringMatching(/2 of 2.*goal A.*goal B/) });
    expect(subplanStatuses.map(({ planId, state }) => [planId, state])).toEqual([
      [idOf('A'), 'failed'],
      [idOf('B'), 'failed'],
    ]);
  });

  test('whose merge refuses conflicts fail their parent with the files', async () => {
    const { actor, here } = await conflicted({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A'), memberOf('B')] : [],
        config: { ...spec.subplanConfig, mergeStrategy: 'failOnConflict' },
        checkpoint: null,
      }),
    });
    expect(here()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error).toMatchObject({
      code: 'MERGE_CONFLICT',
      message: expect.stringContaining('a.txt, b.txt'),
    });
  });

  test('that are cancelled by hand fail their parent, who must not lose their part in silence', async () => {
    const { actor, rested, here } = playPlan({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) =>
        spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : new Promise(() => {}),
    });
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await until(() => actor.system.get(`plan:${idOf('A')}`)?.getSnapshot().context.sandbox != null);
    actor.system.get(`plan:${idOf('A')}`)?.send({ type: 'cancel', reason: 'by hand' });
    await rested();
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'SUBPLANS_FAILED' });
  });

  test.each(['subplans', 'merge'])('whose %s dies leave an error, not a plan that waits for ever', async dead => {
    const { actor, rested, here } = playPlan({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) =>
        spec.depth === 0 || dead === 'merge'
          ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' }
          : new Promise(() => {}),
      fold: () => new Promise(() => {}),
    });
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await until(() => Object.keys(actor.getSnapshot().children).includes(dead));
    actor.send({ type: `xstate.error.actor.${dead}`, actorId: dead, error: faultOf('INTERNAL', 'it died') } as never);
    await rested();
    expect(here()).toBe('execute.errored');
    expect(actor.getSnapshot().context).toMatchObject({ errorMessage: 'it died', grouped: false, merging: false });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });
});
