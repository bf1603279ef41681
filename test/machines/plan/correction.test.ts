/** The states of a correction, event by event: tried beside the plan, then all at once, then the rules are asked. */
import { describe, expect, test } from 'vitest';
import type { CorrectionOrder } from '../../../src/model/correction.ts';
import { type Answers, checkpointOf } from '../effects.ts';
import { deferred, playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, idOf, memberOf } from '../spec.ts';

const never = () => new Promise<never>(() => {});
const orderOf = (more: Partial<CorrectionOrder> = {}): CorrectionOrder => ({
  ...{ correctionId: idOf('K'), decisionId: idOf('D'), interventionId: idOf('N'), mode: 'revert', from: 'work' },
  ...{ guidance: 'otherwise', treeOid: 't7', sequence: 4, mergedUpTo: null, force: false },
  ...{ decisions: [decisionOf('N')], superseded: [idOf('D')], childPlanIds: [], kept: [] },
  ...more,
});
const correct = (more: Partial<CorrectionOrder> = {}) => ({ type: 'correct' as const, order: orderOf(more) });

type Played = ReturnType<typeof playPlan>;

async function complete(answers: Partial<Answers> = {}): Promise<Played> {
  const played = playPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  return played;
}

const isIn = ({ actor }: Played, inner: unknown) => actor.getSnapshot().matches({ open: inner } as never);

describe('A correction', () => {
  test('is tried while the plan stays as it was; then the new attempt begins with nothing of the old one', async () => {
    const opened = deferred<{ sandbox: { key: string; path: string } }>();
    const kept: unknown[] = [];
    const played = await complete({
      keep: ({ sandbox, expected }) => {
        kept.push([sandbox.key, expected]);
        return { present: checkpointOf('beforeCorrection') };
      },
      reopen: () => opened.promise,
    });
    const before = played.actor.getSnapshot().context;
    played.actor.send(correct());
    await until(() => kept.length === 1);
    expect(kept).toEqual([[`${idOf('P')}-1`, 't']]);
    expect(isIn(played, { correcting: 'trying' })).toBe(true);
    expect(played.actor.getSnapshot().context).toMatchObject({
      place: { phase: 'execute', state: 'complete' },
      ...{ resultTree: before.resultTree, attempt: 1 },
    });
    expect(played.told('plan.corrected')).toEqual([]);

    opened.resolve({ sandbox: { key: 'next', path: '/n' } });
    await until(() => played.here() === 'execute.queued');
    expect(played.actor.getSnapshot().context).toMatchObject({
      ...{ attempt: 2, sandbox: { key: 'next' }, resultTree: null, workTree: null, correction: null },
      ...{ guidance: ['otherwise'], strategized: true, approved: false },
      resumeFrom: { tree: 't7', sequence: 4, isWorked: false },
    });
    expect(played.told('plan.corrected')).toMatchObject([{ correction: { mode: 'revert', from: 'work', attempt: 2 } }]);
    expect(played.told('decision.recorded').at(-1)?.decision.decisionId).toBe(idOf('N'));
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
    await until(() => thoughts.length === 2 && played.here() === 'execute.queued');
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
    await until(() => played.here() === 'execute.queued');
    expect(played.actor.getSnapshot().context).toMatchObject({ guidance: [], resumeFrom: { isWorked: true } });
    played.actor.send({ type: 'start' });
    await until(() => played.here() === 'execute.complete');
    expect(works).toBe(1);
  });

  test('that adds something is not obeyed before there is a result to add to', async () => {
    const played = playPlan({ execute: never });
    played.actor.send({ type: 'execute' });
    await until(() => played.here() === 'execute.queued');
    played.actor.send(correct({ mode: 'append', from: 'children' }));
    expect([isIn(played, 'correcting'), played.here()]).toEqual([false, 'execute.queued']);
  });

  test('that is refused leaves everything as it was, and says why [R91]', async () => {
    const discarded: number[] = [];
    const played = await complete({
      reopen: () => Promise.reject(new Error('no space')),
      discard: ({ attempt }) => {
        discarded.push(attempt);
        return { discarded: true };
      },
    });
    const { resultTree } = played.actor.getSnapshot().context;
    played.actor.send(correct());
    await until(() => played.told('plan.correction_failed').length === 1);
    await until(() => isIn(played, { alive: { execute: { complete: 'resting' } } }));
    expect(discarded).toEqual([2]);
    expect(played.actor.getSnapshot().context).toMatchObject({ resultTree, attempt: 1, correction: null });
    expect(played.told('plan.correction_failed')[0]).toMatchObject({ fault: { message: 'no space' } });
    expect(played.told('plan.corrected')).toEqual([]);
  });

  test('that is refused in a pause leaves the plan paused where it was', async () => {
    const played = playPlan({ execute: never, keep: () => Promise.reject(new Error('no')) });
    played.actor.send({ type: 'execute' });
    await until(() => played.here() === 'execute.queued');
    played.actor.send({ type: 'start' });
    await played.at({ execute: { processing: 'working' } });
    played.actor.send({ type: 'pause' });
    played.actor.send(correct());
    await until(() => played.told('plan.correction_failed').length === 1);
    expect(played.here()).toBe('execute.paused');
    expect(played.actor.getSnapshot().context).toMatchObject({
      ...{ correction: null, attempt: 1, pausedFrom: { phase: 'execute', state: 'processing' } },
    });
  });

  test('calls the children back before the new attempt begins, and puts the old files away beside it', async () => {
    const gone = deferred<{ ref: null }>();
    const put: string[] = [];
    const played = playPlan({
      enlist: ({ spec }) => ({
        members: spec.depth === 0 ? [memberOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      dismiss: ({ spec, reason }) => {
        put.push(`${spec.depth}: ${reason}`);
        return spec.depth === 0 ? { ref: null } : gone.promise;
      },
    });
    played.actor.send({ type: 'execute' });
    await until(() => played.here() === 'execute.queued');
    played.actor.send({ type: 'start' });
    await until(() => played.actor.system.get(`plan:${idOf('A')}`)?.getSnapshot().context.sandbox != null);
    played.actor.send(correct());
    await until(() => isIn(played, { correcting: { callingBack: 'dispersing' } }));
    expect(played.actor.getSnapshot().context.attempt).toBe(1);
    gone.resolve({ ref: null });
    await until(() => played.here() === 'execute.queued');
    await until(() => put.length === 2);
    expect(put).toEqual(['1: The plan is taken back', '0: corrected attempt 1']);
    expect(played.actor.getSnapshot().context).toMatchObject({ attempt: 2, grouped: false, results: [] });
  });

  test('asks the rules about the tree that the new attempt begins with, and does not stop for what they say', async () => {
    const checked: unknown[] = [];
    const played = await complete({
      collect: () => ({
        effective: [
          {
            ...{ invariantId: idOf('I'), text: 'keep out', scope: 'plan', origin: 'plan', check: null },
            ...{ nonOverridable: false, each: 'phase' },
          },
        ],
        ...{ conflictCount: 0, decisions: [] },
      }),
      check: ({ fromTree, toTree }) => {
        checked.push([fromTree, toTree]);
        return toTree === 't7' ? Promise.reject(faultOf()) : { violations: [] };
      },
    });
    checked.length = 0;
    played.actor.send(correct());
    await until(() => played.here() === 'execute.queued');
    expect(checked).toEqual([['t0', 't7']]);
  });
});
