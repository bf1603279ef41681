/** The states of a rollback, event by event: the files first, then the children, then all at once. */
import { describe, expect, test } from 'vitest';
import type { RollbackRequest } from '../../../src/model/checkpoint.ts';
import { sampleDecision, subplanOf, ulidOf } from '../fixtures.ts';
import { deferred, runPlan, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, sampleCheckpoint, sampleStoredContext } from '../scripted-effects.ts';

const never = () => new Promise<never>(() => {});
const order: RollbackRequest = {
  ...{ rollbackId: ulidOf('B'), checkpointId: ulidOf('C'), treeOid: 't7', sandbox: 'k', sequence: 4, force: false },
  ...{ includesMerged: false, childPlanIds: [] },
};
const rollback = { type: 'rollback' as const, order, decision: sampleDecision('V') };
const stored = {
  ...{ lastCompletedStep: 2, confidence: 0.6, guidance: ['mind this'], guidanceDelivered: 1, run: 'earlier' },
  confidenceByThreshold: { writeFiles: 0.6 },
};
const files = { changes: [{ file: 'f', action: 'removed' as const }], context: sampleStoredContext(stored) };
const group: Partial<EffectAnswers> = {
  createSubplans: ({ spec }) => ({
    members: spec.depth === 0 ? [subplanOf('A')] : [],
    config: spec.subplanConfig,
    checkpoint: null,
  }),
  execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
};

type Played = ReturnType<typeof runPlan>;

/** A plan that executes, as far as its effects let it come. */
async function executing(answers: Partial<EffectAnswers> = {}): Promise<Played> {
  const played = runPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  return played;
}

const isIn = ({ actor }: Played, inner: unknown) => actor.getSnapshot().matches({ active: inner } as never);

describe('A rollback', () => {
  test('is not obeyed before there are files to take back', async () => {
    const played = runPlan({ strategize: never });
    played.actor.send({ type: 'start' });
    await until(() => isIn(played, { lifecycle: { strategize: { processing: 'working' } } }));
    played.actor.send(rollback);
    expect([played.position(), isIn(played, 'rollingBack')]).toEqual(['strategize.processing', false]);
  });

  test('puts the files back while the plan still says where it was, then waits in execute.queued as it was then [R27]', async () => {
    const back = deferred<typeof files>();
    const asked: unknown[] = [];
    const played = await executing({
      rollback: input => {
        asked.push([input.order.checkpointId, input.sandbox.key, input.expected]);
        return back.promise;
      },
    });
    await played.untilResting();
    played.actor.send(rollback);
    expect(isIn(played, { rollingBack: 'restoring' })).toBe(true);
    expect(played.position()).toBe('execute.complete');
    await until(() => asked.length === 1);
    expect(asked).toEqual([[ulidOf('C'), `${ulidOf('P')}-1`, 't']]);
    expect(played.emitted('plan.rolled_back')).toEqual([]);

    back.resolve(files);
    await until(() => isIn(played, { lifecycle: { execute: { queued: 'rolledBack' } } }));
    expect(played.actor.getSnapshot().context).toMatchObject({
      position: { phase: 'execute', state: 'queued' },
      ...stored,
      ...{ resultTree: null, workTree: null, changeSet: null, validationResults: [], conflicts: [], rollback: null },
      resumeFrom: { tree: 't7', sequence: 4, mergedUpTo: null, isAgentWorkDone: false },
    });
    expect(played.emitted('plan.rolled_back')).toMatchObject([{ rollbackId: ulidOf('B'), changes: files.changes }]);
    expect(played.emitted('decision.recorded').at(-1)?.decision).toBe(rollback.decision);
  });

  test('continues on command, from the tree of the checkpoint', async () => {
    const started: unknown[] = [];
    const played = await executing({
      prepare: ({ spec, attempt, from }) => {
        started.push(from);
        const sandbox = { key: `${spec.planId}-${attempt}`, path: '/s' };
        return { sandbox, startTree: 't0', checkpoint: sampleCheckpoint('preExecute') };
      },
    });
    await played.untilResting();
    played.actor.send(rollback);
    await until(() => isIn(played, { lifecycle: { execute: { queued: 'rolledBack' } } }));
    played.actor.send({ type: 'execute' });
    played.actor.send({ type: 'start' });
    await until(() => played.position() === 'execute.complete');
    expect(started).toEqual([null, 't7']);
  });

  test('that fails leaves everything as it was, and says why [R92]', async () => {
    const played = await executing({ rollback: () => Promise.reject(new Error('the files are gone')) });
    await played.untilResting();
    const { resultTree } = played.actor.getSnapshot().context;
    played.actor.send(rollback);
    await until(() => played.emitted('plan.rollback_failed').length === 1);
    await until(() => isIn(played, { lifecycle: { execute: { complete: 'resting' } } }));
    expect(played.actor.getSnapshot().context).toMatchObject({ resultTree, rollback: null, resumeFrom: null });
    expect(played.emitted('plan.rollback_failed')[0]?.error.message).toBe('the files are gone');
    expect(played.emitted('plan.rolled_back')).toEqual([]);
  });

  test('that fails in a pause leaves the plan paused where it was, and it can be resumed', async () => {
    const played = await executing({ rollback: () => Promise.reject(new Error('no')), execute: never });
    await played.untilState({ execute: { processing: 'working' } });
    played.actor.send({ type: 'pause' });
    played.actor.send(rollback);
    expect(isIn(played, { rollingBack: 'restoring' })).toBe(true);
    await until(() => played.emitted('plan.rollback_failed').length === 1);
    expect(played.position()).toBe('execute.paused');
    expect(played.actor.getSnapshot().context.pausedFrom).toEqual({ phase: 'execute', state: 'processing' });
    played.actor.send({ type: 'resume' });
    await played.untilState({ execute: { processing: 'working' } });
  });

  test('calls the children back after the files are there, and waits for them', async () => {
    const back = deferred<typeof files>();
    const gone = deferred<{ ref: null }>();
    const played = await executing({
      ...group,
      rollback: () => back.promise,
      archiveSandbox: ({ spec }) => (spec.depth === 0 ? { ref: null } : gone.promise),
    });
    const child = () => played.actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot();
    await until(() => child()?.context.sandbox != null);
    played.actor.send(rollback);
    expect(isIn(played, { rollingBack: 'restoring' })).toBe(true);
    await until(() => child()?.context.position.state === 'paused');

    back.resolve(files);
    await until(() => isIn(played, { rollingBack: 'stoppingSubplans' }));
    expect(played.emitted('plan.rolled_back')).toEqual([]);
    gone.resolve({ ref: null });
    await until(() => isIn(played, { lifecycle: { execute: { queued: 'rolledBack' } } }));
    expect(played.actor.getSnapshot().context).toMatchObject({
      subplansRunning: false,
      results: [],
      subplanStatuses: [],
    });
    expect(Object.keys(played.actor.getSnapshot().children)).toEqual([]);
  });

  test('is dropped by a cancel and emits nothing', async () => {
    const played = await executing({ rollback: never });
    await played.untilResting();
    played.actor.send(rollback);
    played.actor.send({ type: 'cancel', reason: 'enough' });
    await until(() => played.actor.getSnapshot().status === 'done');
    expect([played.position(), played.emitted('plan.rolled_back'), played.emitted('plan.rollback_failed')]).toEqual([
      'execute.cancelled',
      [],
      [],
    ]);
  });

  test('of which the children die ends in a failure that names it, and not half-way', async () => {
    const played = await executing({ ...group, rollback: never });
    await until(() => 'subplans' in played.actor.getSnapshot().children);
    played.actor.send(rollback);
    const died = {
      type: 'xstate.error.actor.subplans',
      actorId: 'subplans',
      error: new TypeError('a mistake of ours'),
    };
    played.actor.send(died as never);
    await until(() => played.position() === 'execute.errored');
    expect(played.actor.getSnapshot().context).toMatchObject({
      errorMessage: 'a mistake of ours',
      ...{ rollback: null, subplansRunning: false, pausedFrom: null },
    });
  });
});
