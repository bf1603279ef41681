/** The states of a correction, event by event: tried beside the plan, then all at once, then the rules are asked. */
import { describe, expect, test } from 'vitest';
import type { CorrectionRequest } from '../../../src/model/correction.ts';
import { sampleDecision, sampleError, subplanOf, ulidOf } from '../fixtures.ts';
import { deferred, runPlan, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, sampleCheckpoint } from '../scripted-effects.ts';

const never = () => new Promise<never>(() => {});
const orderOf = (more: Partial<CorrectionRequest> = {}): CorrectionRequest => ({
  ...{ correctionId: ulidOf('K'), decisionId: ulidOf('D'), interventionId: ulidOf('N'), mode: 'revert', from: 'work' },
  ...{ guidance: 'otherwise', treeOid: 't7', sequence: 4, mergedUpTo: null, force: false },
  ...{ decisions: [sampleDecision('N')], superseded: [ulidOf('D')], childPlanIds: [], kept: [] },
  ...more,
});
const correct = (more: Partial<CorrectionRequest> = {}) => ({ type: 'correct' as const, order: orderOf(more) });

type Played = ReturnType<typeof runPlan>;

async function complete(answers: Partial<EffectAnswers> = {}): Promise<Played> {
  const played = runPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.untilResting();
  return played;
}

const isIn = ({ actor }: Played, inner: unknown) => actor.getSnapshot().matches({ active: inner } as never);

describe('A correction', () => {
  test('is tried while the plan stays as it was; then the new attempt begins with nothing of the old one', async () => {
    const opened = deferred<{ sandbox: { key: string; path: string } }>();
    const kept: unknown[] = [];
    const played = await complete({
      checkpointCurrent: ({ sandbox, expected }) => {
        kept.push([sandbox.key, expected]);
        return { present: sampleCheckpoint('beforeCorrection') };
      },
      openNextSandbox: () => opened.promise,
    });
    const before = played.actor.getSnapshot().context;
    played.actor.send(correct());
    await until(() => kept.length === 1);
    expect(kept).toEqual([[`${ulidOf('P')}-1`, 't']]);
    expect(isIn(played, { correcting: 'preparing' })).toBe(true);
    expect(played.actor.getSnapshot().context).toMatchObject({
      position: { phase: 'execute', state: 'complete' },
      ...{ resultTree: before.resultTree, attempt: 1 },
    });
    expect(played.emitted('plan.corrected')).toEqual([]);

    opened.resolve({ sandbox: { key: 'next', path: '/n' } });
    await until(() => played.position() === 'execute.queued');
    expect(played.actor.getSnapshot().context).toMatchObject({
      ...{ attempt: 2, sandbox: { key: 'next' }, resultTree: null, workTree: null, correction: null },
      ...{ guidance: ['otherwise'], strategyReady: true, approved: false },
      resumeFrom: { tree: 't7', sequence: 4, isAgentWorkDone: false },
    });
    expect(played.emitted('plan.corrected')).toMatchObject([
      { correction: { mode: 'revert', from: 'work', attempt: 2 } },
    ]);
    expect(played.emitted('decision.recorded').at(-1)?.decision.decisionId).toBe(ulidOf('N'));
  });

  test('of the strategy leads back to thinking, and on to Execute without stopping', async () => {
    const thoughts: string[][] = [];
    const played = await complete({
      strategize: ({ guidance }) => {
        thoughts.push([...guidance]);
        return { decisions: [], confidence: 0.8 };
      },
    });
    played.actor.send(correct({ from: 'strategize', treeOid: null, sequence: null }));
    await until(() => thoughts.length === 2 && played.position() === 'execute.queued');
    expect(thoughts).toEqual([[], ['otherwise']]);
    expect(played.actor.getSnapshot().context).toMatchObject({ attempt: 2, sandbox: null, resumeFrom: null });
  });

  test('that adds children keeps the work: the agent is not asked again', async () => {
    let works = 0;
    const played = await complete({
      execute: () => {
        works += 1;
        return { decisions: [], tree: 't1', toolCalls: 0, run: 'r' };
      },
    });
    played.actor.send(correct({ mode: 'append', from: 'children' }));
    await until(() => played.position() === 'execute.queued');
    expect(played.actor.getSnapshot().context).toMatchObject({ guidance: [], resumeFrom: { isAgentWorkDone: true } });
    played.actor.send({ type: 'start' });
    await until(() => played.position() === 'execute.complete');
    expect(works).toBe(1);
  });

  test('that adds something is not obeyed before there is a result to add to', async () => {
    const played = runPlan({ execute: never });
    played.actor.send({ type: 'execute' });
    await until(() => played.position() === 'execute.queued');
    played.actor.send(correct({ mode: 'append', from: 'children' }));
    expect([isIn(played, 'correcting'), played.position()]).toEqual([false, 'execute.queued']);
  });

  test('that is refused leaves everything as it was, and says why [R91]', async () => {
    const discarded: number[] = [];
    const played = await complete({
      openNextSandbox: () => Promise.reject(new Error('no space')),
      removeSandbox: ({ attempt }) => {
        discarded.push(attempt);
        return { discarded: true };
      },
    });
    const { resultTree } = played.actor.getSnapshot().context;
    played.actor.send(correct());
    await until(() => played.emitted('plan.correction_failed').length === 1);
    await until(() => isIn(played, { lifecycle: { execute: { complete: 'resting' } } }));
    expect(discarded).toEqual([2]);
    expect(played.actor.getSnapshot().context).toMatchObject({ resultTree, attempt: 1, correction: null });
    expect(played.emitted('plan.correction_failed')[0]).toMatchObject({ error: { message: 'no space' } });
    expect(played.emitted('plan.corrected')).toEqual([]);
  });

  test('that is refused in a pause leaves the plan paused where it was', async () => {
    const played = runPlan({ execute: never, checkpointCurrent: () => Promise.reject(new Error('no')) });
    played.actor.send({ type: 'execute' });
    await until(() => played.position() === 'execute.queued');
    played.actor.send({ type: 'start' });
    await played.untilState({ execute: { processing: 'working' } });
    played.actor.send({ type: 'pause' });
    played.actor.send(correct());
    await until(() => played.emitted('plan.correction_failed').length === 1);
    expect(played.position()).toBe('execute.paused');
    expect(played.actor.getSnapshot().context).toMatchObject({
      ...{ correction: null, attempt: 1, pausedFrom: { phase: 'execute', state: 'processing' } },
    });
  });

  test('calls the children back before the new attempt begins, and puts the old files away beside it', async () => {
    const gone = deferred<{ ref: null }>();
    const put: string[] = [];
    const played = runPlan({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      archiveSandbox: ({ spec, reason }) => {
        put.push(`${spec.depth}: ${reason}`);
        return spec.depth === 0 ? { ref: null } : gone.promise;
      },
    });
    played.actor.send({ type: 'execute' });
    await until(() => played.position() === 'execute.queued');
    played.actor.send({ type: 'start' });
    await until(() => played.actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot().context.sandbox != null);
    played.actor.send(correct());
    await until(() => isIn(played, { correcting: 'stoppingSubplans' }));
    expect(played.actor.getSnapshot().context.attempt).toBe(1);
    gone.resolve({ ref: null });
    await until(() => played.position() === 'execute.queued');
    await until(() => put.length === 2);
    expect(put).toEqual(['1: The plan is taken back', '0: corrected attempt 1']);
    expect(played.actor.getSnapshot().context).toMatchObject({ attempt: 2, subplansRunning: false, results: [] });
  });

  test('asks the rules about the tree that the new attempt begins with, and does not stop for what they say', async () => {
    const checked: unknown[] = [];
    const played = await complete({
      collectInvariants: () => ({
        effective: [
          {
            ...{ invariantId: ulidOf('I'), text: 'keep out', scope: 'plan', origin: 'plan', check: null },
            ...{ nonOverridable: false, each: 'phase' },
          },
        ],
        ...{ conflictCount: 0, decisions: [] },
      }),
      check: ({ fromTree, toTree }) => {
        checked.push([fromTree, toTree]);
        return toTree === 't7' ? Promise.reject(sampleError()) : { violations: [] };
      },
    });
    checked.length = 0;
    played.actor.send(correct());
    await until(() => played.position() === 'execute.queued');
    expect(checked).toEqual([['t0', 't7']]);
  });
});
