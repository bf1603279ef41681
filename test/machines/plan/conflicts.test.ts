import { describe, expect, test } from 'vitest';
import { explainRejection, planStatus } from '../../../machines/index.ts';
import { sampleConflict, sampleError, subplanOf, ulidOf } from '../fixtures.ts';
import { deferred, runPlan, waitUntil as until } from '../run-machine.ts';
import type { EffectAnswers } from '../scripted-effects.ts';

const a = sampleConflict('a.txt');
const b = sampleConflict('b.txt');
const take = (conflictId: string) => ({
  type: 'resolve' as const,
  conflictId,
  resolution: { take: 'theirs' as const },
});

/** A plan whose second child conflicts with the first in two files. */
async function conflicted(answers: Partial<EffectAnswers> = {}) {
  const placed: string[] = [];
  const played = runPlan({
    createSubplans: ({ spec }) => ({
      members: spec.depth === 0 ? [subplanOf('A'), subplanOf('B')] : [],
      config: spec.subplanConfig,
      checkpoint: null,
    }),
    mergeNext: ({ ours, children: [child] }) =>
      child?.planId === ulidOf('A')
        ? { clean: true, treeOid: `${ours}|A`, folded: 1, conflicts: [], engines: {} }
        : { clean: false, treeOid: `${ours}|B?`, folded: 1, conflicts: [a, b], engines: {} },
    restoreTree: ({ tree }) => {
      placed.push(tree);
      return { tree };
    },
    ...answers,
  });
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.untilResting();
  return { ...played, placed };
}

describe('A conflict', () => {
  test('rests the plan with every file named and markers in the sandbox [R28, R81]', async () => {
    const { actor, position, emitted, placed } = await conflicted();
    expect(position()).toBe('execute.conflicted');
    expect(actor.getSnapshot().context.conflicts.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    expect(placed).toEqual(['t0+Say hello|A|B?']);
    expect(emitted('conflict.found').map(({ conflict }) => conflict.path)).toEqual(['a.txt', 'b.txt']);
    expect(planStatus(actor.getSnapshot())).toMatchObject({
      resting: true,
      availableCommands: expect.arrayContaining(['resolve', 'revert', 'cancel']),
    });
  });

  test('is resolved file by file; after the last the plan continues by itself', async () => {
    const { actor, position, untilResting, emitted, placed } = await conflicted();
    actor.send(take(b.conflictId));
    expect(position()).toBe('execute.conflicted');
    actor.send(take(a.conflictId));
    await until(() => position() === 'execute.complete');
    await untilResting();
    expect(emitted('conflict.resolved').map(({ conflictId }) => conflictId)).toEqual([b.conflictId, a.conflictId]);
    expect(placed.at(-1)).toBe('t0+Say hello|A|B?!b.txt!a.txt');
    expect(actor.getSnapshot().context.conflicts).toEqual([]);
  });

  test('is resolved hunk by hunk; a hunk that is already resolved or does not exist is rejected by name', async () => {
    const span = { start: 0, length: 1 };
    const hunk = { base: span, ours: span, theirs: span, taken: null };
    const two = { ...a, hunks: [hunk, hunk] };
    const { actor, position, emitted } = await conflicted({
      mergeNext: ({ ours, children }) =>
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
    expect(position()).toBe('execute.conflicted');
    expect(emitted('conflict.hunk_resolved').map(({ conflict }) => conflict.hunks.map(({ taken }) => taken))).toEqual([
      [null, 'theirs'],
    ]);
    expect(explainRejection(actor.getSnapshot(), pick(2))).toMatchObject({ code: 'CONFLICT_RESOLVED' });
    expect(explainRejection(actor.getSnapshot(), pick(3))).toMatchObject({
      code: 'UNKNOWN_CONFLICT',
      message: expect.stringContaining('it has 2'),
    });
    expect(explainRejection(actor.getSnapshot(), pick(1))).toBeNull();
    actor.send(pick(1));
    await until(() => position() === 'execute.complete');
  });

  test('that is unknown or resolved already is refused by name', async () => {
    const { actor } = await conflicted({ resolveConflict: () => new Promise(() => {}) });
    expect(explainRejection(actor.getSnapshot(), take('nowhere'))).toMatchObject({
      code: 'UNKNOWN_CONFLICT',
      message: expect.stringContaining(a.conflictId),
    });
    expect(explainRejection(actor.getSnapshot(), take(a.conflictId))).toBeNull();
    actor.send(take(a.conflictId));
    expect(explainRejection(actor.getSnapshot(), take(a.conflictId))).toMatchObject({ code: 'CONFLICT_RESOLVED' });
  });

  test('comes back when its resolution could not be carried out', async () => {
    let tries = 0;
    const { actor, position } = await conflicted({
      resolveConflict: ({ tree, conflict }) => {
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
    await until(() => position() === 'execute.complete');
    expect(actor.getSnapshot().context.error).toBeNull();
  });

  test('whose last resolution fails brings the plan back to rest', async () => {
    const held = deferred<never>();
    const { actor, untilResting } = await conflicted({ resolveConflict: () => held.promise });
    actor.send(take(a.conflictId));
    actor.send(take(b.conflictId));
    expect(actor.getSnapshot().hasTag('resting')).toBe(false);
    held.reject(new Error('no such blob'));
    await untilResting();
    expect(actor.getSnapshot().context.conflicts.length).toBeGreaterThan(0);
  });

  test('keeps its resolutions through a pause', async () => {
    const { actor, position } = await conflicted();
    actor.send(take(a.conflictId));
    actor.send({ type: 'pause' });
    expect(position()).toBe('execute.paused');
    expect(explainRejection(actor.getSnapshot(), take(b.conflictId))).toMatchObject({ code: 'PHASE_GUARD' });
    actor.send({ type: 'resume' });
    await until(() => position() === 'execute.conflicted');
    actor.send(take(b.conflictId));
    await until(() => position() === 'execute.complete');
  });

  test('whose files cannot be put into the sandbox is an error of Execute', async () => {
    const { position } = await conflicted({ restoreTree: () => Promise.reject(new Error('disk full')) });
    expect(position()).toBe('execute.errored');
  });
});

describe('Children', () => {
  test('that fail for good fail their parent, which names them and keeps their statuses [R1, R24, R79]', async () => {
    const { actor, position } = await conflicted({
      execute: ({ spec }) => {
        if (spec.depth === 0) return { decisions: [], tree: 't1', toolCalls: 0, run: 'r' };
        return Promise.reject(Object.assign(new Error(`no ${spec.description}`)));
      },
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A'), subplanOf('B')] : [],
        config: { ...spec.subplanConfig, retryFailed: false },
        checkpoint: null,
      }),
    });
    expect(position()).toBe('execute.errored');
    const { error, subplanStatuses } = actor.getSnapshot().context;
    expect(error).toMatchObject({ code: 'SUBPLANS_FAILED', message: expect.stringMatching(/2 of 2.*goal A.*goal B/) });
    expect(subplanStatuses.map(({ planId, state }) => [planId, state])).toEqual([
      [ulidOf('A'), 'failed'],
      [ulidOf('B'), 'failed'],
    ]);
  });

  test('whose merge refuses conflicts fail their parent with the files', async () => {
    const { actor, position } = await conflicted({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A'), subplanOf('B')] : [],
        config: { ...spec.subplanConfig, mergeStrategy: 'failOnConflict' },
        checkpoint: null,
      }),
    });
    expect(position()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error).toMatchObject({
      code: 'MERGE_CONFLICT',
      message: expect.stringContaining('a.txt, b.txt'),
    });
  });

  test('that are cancelled by hand fail their parent, who must not lose their part in silence', async () => {
    const { actor, untilResting, position } = runPlan({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) =>
        spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : new Promise(() => {}),
    });
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await until(() => actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot().context.sandbox != null);
    actor.system.get(`plan:${ulidOf('A')}`)?.send({ type: 'cancel', reason: 'by hand' });
    await untilResting();
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'SUBPLANS_FAILED' });
  });

  test.each(['subplans', 'merge'])('whose %s dies leave an error, not a plan that waits for ever', async dead => {
    const { actor, untilResting, position } = runPlan({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) =>
        spec.depth === 0 || dead === 'merge'
          ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' }
          : new Promise(() => {}),
      mergeNext: () => new Promise(() => {}),
    });
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await until(() => Object.keys(actor.getSnapshot().children).includes(dead));
    actor.send({
      type: `xstate.error.actor.${dead}`,
      actorId: dead,
      error: sampleError('INTERNAL', 'it died'),
    } as never);
    await untilResting();
    expect(position()).toBe('execute.errored');
    expect(actor.getSnapshot().context).toMatchObject({
      errorMessage: 'it died',
      subplansRunning: false,
      mergeRunning: false,
    });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });
});
