import { describe, expect, test } from 'vitest';
import { sampleConflict, sampleSpec, subplanOf, ulidOf } from './fixtures.ts';
import { planActor, positionsOf, runMachine, waitUntil as until } from './run-machine.ts';
import { type EffectAnswers, scriptedMachines } from './scripted-effects.ts';

const never = () => new Promise<never>(() => {});

function runSupervisor(answers: Partial<EffectAnswers> = {}, concurrency?: number) {
  const played = runMachine(scriptedMachines(answers).runtime, concurrency === undefined ? {} : { concurrency });
  const { actor } = played;
  return {
    ...played,
    use: (name: string) => {
      actor.send({ type: 'plan.create', spec: sampleSpec({ planId: ulidOf(name), rootPlanId: ulidOf(name) }) });
      return planActor(actor, ulidOf(name));
    },
    place: (name: string) => {
      const { phase, state } = planActor(actor, ulidOf(name)).snapshot().context.position;
      return `${phase}.${state}`;
    },
    gate: () => {
      const { executing, waiting, resuming } = actor.getSnapshot().context;
      const names = (ids: string[]) => ids.map(id => id.slice(-1));
      return { executing: names(executing), waiting: names(waiting), resuming: names(resuming) };
    },
  };
}

/** Each plan works until it is released. */
function workshop() {
  const finishers = new Map<string, () => void>();
  const execute: EffectAnswers['execute'] = ({ spec }) =>
    new Promise(resolve =>
      finishers.set(spec.planId, () => resolve({ decisions: [], tree: 't', toolCalls: 0, run: 'r' })),
    );
  return {
    execute,
    release: (name: string) => finishers.get(ulidOf(name))?.(),
    isAtWork: (name: string) => finishers.has(ulidOf(name)),
  };
}

describe('The runtime', () => {
  test('reports a plan before it runs, and finds it in the same tick', () => {
    const { use, events, actor } = runSupervisor();
    use('A').send({ type: 'start' });
    expect(events[0]).toMatchObject({ type: 'plan.created', planId: ulidOf('A') });
    expect([actor.getSnapshot().hasTag('open'), actor.getSnapshot().context.concurrency]).toEqual([true, 4]);
  });

  test('with a limit of 1 lets the second plan wait until the first is done [R77]', async () => {
    const { execute, release, isAtWork } = workshop();
    const { use, place, gate } = runSupervisor({ execute }, 1);
    for (const name of ['A', 'B']) use(name).send({ type: 'execute' });
    await until(() => place('B') === 'execute.queued' && isAtWork('A'));
    expect(gate()).toEqual({ executing: ['A'], waiting: ['B'], resuming: [] });
    release('A');
    await until(() => isAtWork('B'));
    expect([place('A'), gate()]).toEqual(['execute.complete', { executing: ['B'], waiting: [], resuming: [] }]);
  });

  test('does not count children against the limit [R77]', async () => {
    const { use, place } = runSupervisor(
      {
        createSubplans: ({ spec }) => ({
          members: spec.depth === 0 ? [subplanOf('X'), subplanOf('Y')] : [],
          config: spec.subplanConfig,
          checkpoint: null,
        }),
      },
      1,
    );
    use('A').send({ type: 'execute' });
    await until(() => place('A') === 'execute.complete');
  });

  test.each(['pause', 'cancel'])('gives the slot of a plan that receives %s to the next plan', async command => {
    const { execute, isAtWork } = workshop();
    const { use, gate } = runSupervisor({ execute }, 1);
    const first = use('A');
    for (const plan of [first, use('B')]) plan.send({ type: 'execute' });
    await until(() => isAtWork('A') && gate().waiting.length === 1);
    first.send({ type: command, reason: 'r' });
    await until(() => isAtWork('B'));
    expect(gate()).toEqual({ executing: ['B'], waiting: [], resuming: [] });
  });

  test('takes a plan that does not want its turn any more out of the queue', async () => {
    const { execute, isAtWork } = workshop();
    const { use, gate } = runSupervisor({ execute }, 1);
    use('A').send({ type: 'execute' });
    await until(() => isAtWork('A'));
    const second = use('B');
    second.send({ type: 'execute' });
    await until(() => gate().waiting.length === 1);
    second.send({ type: 'pause' });
    expect(gate()).toEqual({ executing: ['A'], waiting: [], resuming: [] });
    second.send({ type: 'resume' });
    await until(() => gate().waiting.length === 1);
  });

  test('lets a paused plan wait for a turn before it works on', async () => {
    const { execute, release, isAtWork } = workshop();
    const { use, place, gate } = runSupervisor({ execute }, 1);
    const first = use('A');
    first.send({ type: 'execute' });
    await until(() => isAtWork('A'));
    first.send({ type: 'pause' });
    use('B').send({ type: 'execute' });
    await until(() => isAtWork('B'));
    first.send({ type: 'resume' });
    await until(() => gate().resuming.includes('A'));
    expect(place('A')).toBe('execute.paused');
    first.send({ type: 'pause' });
    release('B');
    await until(() => place('A') === 'execute.processing');
    expect(gate().executing).toEqual(['A']);
  });

  test('lets a plan whose conflicts are resolved wait for a slot before it continues', async () => {
    const { execute, release, isAtWork } = workshop();
    const conflict = sampleConflict('f');
    const { use, place, gate } = runSupervisor(
      {
        createSubplans: ({ spec }) => ({
          members: spec.planId === ulidOf('A') ? [subplanOf('X')] : [],
          config: spec.subplanConfig,
          checkpoint: null,
        }),
        execute: (input, signal) =>
          input.spec.planId === ulidOf('B')
            ? execute(input, signal)
            : { decisions: [], tree: 't', toolCalls: 0, run: 'r' },
        mergeNext: ({ ours }) => ({ clean: false, treeOid: ours, folded: 1, conflicts: [conflict], engines: {} }),
      },
      1,
    );
    const first = use('A');
    first.send({ type: 'execute' });
    await until(() => place('A') === 'execute.conflicted');
    expect(gate().executing).toEqual([]);
    use('B').send({ type: 'execute' });
    await until(() => isAtWork('B'));
    first.send({ type: 'resolve', conflictId: conflict.conflictId, resolution: { take: 'ours' } });
    await until(() => gate().resuming.includes('A'));
    first.send({ type: 'pause' });
    first.send({ type: 'resume' });
    await until(() => gate().resuming.includes('A'));
    release('B');
    await until(() => place('A') === 'execute.complete');
  });

  test('lets plans in that waited when the limit is raised', async () => {
    const { execute, isAtWork } = workshop();
    const { use, actor, gate } = runSupervisor({ execute }, 1);
    for (const name of ['A', 'B']) use(name).send({ type: 'execute' });
    await until(() => isAtWork('A') && gate().waiting.length === 1);
    actor.send({ type: 'setConcurrency', concurrency: 2 });
    await until(() => isAtWork('B'));
  });

  test('forgets a plan that has ended', async () => {
    const { use, actor } = runSupervisor();
    use('A').send({ type: 'cancel', reason: 'r' });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
    expect(actor.system.get(`plan:${ulidOf('A')}`)).toBeUndefined();
  });

  test('survives a plan that dies, says so, and lets the others go on', async () => {
    const { execute, isAtWork } = workshop();
    const { use, actor, emitted, gate } = runSupervisor({ execute }, 1);
    for (const name of ['A', 'B']) use(name).send({ type: 'execute' });
    await until(() => isAtWork('A') && gate().waiting.length === 1);
    actor.send({ type: `xstate.error.actor.${ulidOf('A')}`, actorId: ulidOf('A'), error: new TypeError('bug') });
    await until(() => isAtWork('B'));
    expect(emitted('error.recorded')).toMatchObject([
      { planId: ulidOf('A'), error: { message: 'bug' }, details: { chart: 'died' } },
    ]);
  });

  test('that is drained accepts no plan, grants no slots, is idle when the last plan is done, and can be opened again', async () => {
    const { execute, release, isAtWork } = workshop();
    const { use, actor, place, gate } = runSupervisor({ execute }, 1);
    for (const name of ['A', 'B']) use(name).send({ type: 'execute' });
    await until(() => isAtWork('A') && gate().waiting.length === 1);
    actor.send({ type: 'drain' });
    actor.send({ type: 'plan.create', spec: sampleSpec({ planId: ulidOf('C') }) });
    expect(actor.system.get(`plan:${ulidOf('C')}`)).toBeUndefined();
    expect(actor.getSnapshot().value).toBe('draining');
    release('A');
    await until(() => actor.getSnapshot().value === 'closed');
    expect([place('B'), isAtWork('B')]).toEqual(['execute.queued', false]);
    actor.send({ type: 'open' });
    await until(() => isAtWork('B'));
  });

  test('tells each move of every plan exactly once', async () => {
    const { use, place, events } = runSupervisor({ execute: never });
    use('A').send({ type: 'execute' });
    await until(() => place('A') === 'execute.processing');
    expect(positionsOf(events, ulidOf('A'))).toEqual([
      'strategize.processing',
      'strategize.complete',
      'execute.queued',
      'execute.processing',
    ]);
  });
});
