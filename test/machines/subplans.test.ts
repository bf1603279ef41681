import { describe, expect, test } from 'vitest';
import type { Member } from '../../machines/contract.ts';
import type { SubplansOutput } from '../../machines/index.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import { type Answers, stage } from './effects.ts';
import { movesOf, planIn, play, turns as until } from './play.ts';
import { configOf, idOf, memberOf, specOf } from './spec.ts';

type Work = (planId: string, baseTree: string, signal: AbortSignal) => string | Promise<string>;

/** A group whose children do nothing but `work`, and how many of them do so at once. */
function group(members: Member[], config: Partial<SubplanConfig>, work: Work, answers: Partial<Answers> = {}) {
  const running = new Set<string>();
  const started: string[] = [];
  const bases: Record<string, string> = {};
  let peak = 0;
  const { subplans } = stage({
    strategize: () => ({ decisions: [], confidence: 1 }),
    execute: async ({ spec, startTree }, signal) => {
      running.add(spec.planId);
      started.push(spec.planId);
      bases[spec.planId] = startTree;
      peak = Math.max(peak, running.size);
      const leave = () => running.delete(spec.planId);
      signal.addEventListener('abort', leave);
      try {
        return { decisions: [], tree: await work(spec.planId, startTree, signal), toolCalls: 0 };
      } finally {
        leave();
      }
    },
    review: ({ spec, startTree }) => ({
      resultTree: `${startTree}+${spec.planId.slice(-1)}`,
      changeSet: { alias: 'main', baseTree: startTree, resultTree: 'r', files: [] },
      checkpoint: {
        checkpointId: idOf('K'),
        planId: spec.planId,
        label: null,
        trigger: 'postExecute',
        tool: null,
        alias: 'main',
        treeOid: 't',
        ref: 'r',
      },
    }),
    ...answers,
  });
  const played = play(subplans, { parent: specOf(), members, config: configOf(config), baseTree: 't0' });
  return {
    ...played,
    running,
    started,
    bases,
    peak: () => peak,
    ended: async () => {
      await until(() => played.actor.getSnapshot().status !== 'active');
      return played.actor.getSnapshot().output as SubplansOutput;
    },
    states: () => {
      const last = new Map(played.told('subplan.changed').map(({ status }) => [status.planId, status.state]));
      return Object.fromEntries(last);
    },
  };
}

const named = (...names: (string | number)[]) => names.map(name => memberOf(name));
const fails = () => Promise.reject(new Error('it broke'));
const never = () => new Promise<never>(() => {});

describe('A group', () => {
  test('of nobody is complete at once', async () => {
    expect(await group([], {}, () => 't').ended()).toEqual({ outcome: 'complete', children: [], statuses: [] });
  });

  test('creates every plan before any runs [R13, R71]', async () => {
    const { facts, ended } = group(named('A', 'B', 'C'), { maxParallel: 1 }, () => 't');
    await ended();
    expect(facts.slice(0, 6).map(({ type }) => type)).toEqual([
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
    ]);
  });

  test('never runs more than the cap, and the rest wait [R26, R73]', async () => {
    const { peak, ended, actor, started } = group(named(1, 2, 3, 4, 5), { maxParallel: 2 }, async () => {
      await new Promise(resolve => setImmediate(resolve));
      return 't';
    });
    await until(() => started.length === 2);
    expect(actor.getSnapshot().context.wanting).toEqual([0]);
    expect((await ended()).outcome).toBe('complete');
    expect(peak()).toBe(2);
  });

  test('gives its results in recorded order, whoever finished first', async () => {
    let release = () => {};
    const first = new Promise<string>(resolve => {
      release = () => resolve('t');
    });
    const { ended, told } = group(named('A', 'B'), {}, planId => (planId === idOf('A') ? first : 't'));
    await until(() => told('subplan.changed').some(({ status }) => status.state === 'complete'));
    release();
    const output = await ended();
    expect(output.children).toEqual([
      { planId: idOf('A'), goal: 'goal A', baseTree: 't0', treeOid: 't0+A' },
      { planId: idOf('B'), goal: 'goal B', baseTree: 't0', treeOid: 't0+B' },
    ]);
    expect(output.statuses.map(({ treeOid }) => treeOid)).toEqual(['t0+A', 't0+B']);
  });

  test('in sequence starts the next only after the one before is complete', async () => {
    const { peak, ended, started } = group(
      named('A', 'B', 'C'),
      { executionMode: 'sequential', maxParallel: 5 },
      () => 't',
    );
    expect((await ended()).outcome).toBe('complete');
    expect([peak(), started]).toEqual([1, [idOf('A'), idOf('B'), idOf('C')]]);
  });

  test('in sequence does not start what comes after a failure', async () => {
    const { ended, started, states } = group(
      named('A', 'B', 'C'),
      { executionMode: 'sequential', retryFailed: false },
      planId => (planId === idOf('B') ? fails() : 't'),
    );
    expect((await ended()).outcome).toBe('failed');
    expect(started).toEqual([idOf('A'), idOf('B')]);
    expect(states()).toEqual({ [idOf('A')]: 'complete', [idOf('B')]: 'failed', [idOf('C')]: 'cancelled' });
  });

  test('with sequentialApply starts each child from the result of the one before [R80]', async () => {
    const { ended, bases } = group(named('A', 'B', 'C'), { mergeStrategy: 'sequentialApply' }, () => 't');
    const output = await ended();
    expect(bases).toEqual({ [idOf('A')]: 't0', [idOf('B')]: 't0+A', [idOf('C')]: 't0+A+B' });
    expect(output.children.at(-1)?.treeOid).toBe('t0+A+B+C');
  });

  test('of more members than one supervisor holds is spread over teams that share the cap', async () => {
    const count = 130;
    const { peak, ended, actor, told } = group(
      named(...Array.from({ length: count }, (_, index) => index)),
      { maxParallel: 7 },
      () => 't',
    );
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['team-0', 'team-1', 'team-2']);
    const output = await ended();
    expect([output.outcome, output.children.length, output.statuses.length]).toEqual(['complete', count, count]);
    expect(output.children.map(({ planId }) => planId)).toEqual(
      Array.from({ length: count }, (_, index) => idOf(index)),
    );
    expect(peak()).toBe(7);
    expect(new Set(told('plan.created').map(({ planId }) => planId)).size).toBe(count);
  });

  test('keeps its own state small however many members and however large their specs [R24]', async () => {
    const skeleton = ['x'.repeat(5_000)];
    const members = Array.from({ length: 200 }, (_, index) => memberOf(index, { spec: { skeleton } }));
    const { actor } = group(members, { maxParallel: 3 }, never);
    const bytesOf = (context: unknown) => JSON.stringify(context).length;
    expect(bytesOf(actor.getSnapshot().context)).toBeLessThan(1_000);
    const team = actor.getSnapshot().children['team-0'];
    expect(bytesOf(team?.getSnapshot().context)).toBeLessThan(10_000);
    actor.stop();
  });

  test('whose team has nobody to start gets its slot back', async () => {
    const { actor, started } = group(named('A'), { maxParallel: 1 }, never);
    await until(() => started.length === 1);
    actor.getSnapshot().children['team-0']?.send({ type: 'slot.granted' });
    expect(actor.getSnapshot().context.free).toBe(1);
    actor.stop();
  });

  test('puts its base tree on the first project of a child and leaves the others as they are', async () => {
    const seen: string[] = [];
    const projectLinks = ['old', 'other'].flatMap(baseTree =>
      specOf().projectLinks.map(link => ({ ...link, alias: baseTree, baseTree })),
    );
    const members = [memberOf('A', { spec: { projectLinks } })];
    const { ended } = group(members, {}, () => 't', {
      preflight: ({ spec }) => {
        seen.push(...spec.projectLinks.map(({ baseTree }) => baseTree));
        return { checked: [] };
      },
    });
    await ended();
    expect(seen).toEqual(['t0', 'other']);
  });

  test('too large to be a group is refused', async () => {
    const output = await group(named(...Array.from({ length: 4097 }, (_, index) => index)), {}, () => 't').ended();
    expect(output).toMatchObject({ outcome: 'failed', fault: { code: 'INVALID_DECISION' }, statuses: [] });
  });
});

describe('Dependencies', () => {
  const diamond = [
    memberOf('D', { dependsOn: ['B', 'C'] }),
    memberOf('B', { dependsOn: ['A'] }),
    memberOf('C', { dependsOn: ['A'] }),
    memberOf('A'),
  ];

  test('are started in their order, each with all that it builds on folded in', async () => {
    const given: Record<string, string[]> = {};
    const { ended, started } = group(diamond, { executionMode: 'dependencyOrdered' }, () => 't', {
      prepare: ({ spec, attempt }) => {
        given[spec.planId] = spec.startsWith.map(({ planId }) => planId);
        const startTree = ['t0', ...spec.startsWith.map(({ planId }) => planId.slice(-1))].join('&');
        return {
          sandbox: { key: `${spec.planId}-${attempt}`, path: '/s' },
          startTree,
          checkpoint: {
            checkpointId: idOf('K'),
            planId: spec.planId,
            label: null,
            trigger: 'preExecute',
            tool: null,
            alias: 'main',
            treeOid: 't',
            ref: 'r',
          },
        };
      },
    });
    const output = await ended();
    expect(started).toEqual([idOf('A'), idOf('B'), idOf('C'), idOf('D')]);
    expect(given[idOf('D')]).toEqual([idOf('A'), idOf('B'), idOf('C')]);
    expect(output.children.find(({ planId }) => planId === idOf('D'))?.baseTree).toBe('t0&A&B&C');
  });

  test('of a child that failed are cancelled with that cause, and theirs too', async () => {
    const { ended, states, told, facts } = group(
      [memberOf('A'), memberOf('B', { dependsOn: ['A'] }), memberOf('C', { dependsOn: ['B'] }), memberOf('E')],
      { executionMode: 'dependencyOrdered', retryFailed: false },
      planId => (planId === idOf('A') ? fails() : 't'),
    );
    const output = await ended();
    expect(states()).toEqual({
      [idOf('A')]: 'failed',
      [idOf('B')]: 'cancelled',
      [idOf('C')]: 'cancelled',
      [idOf('E')]: 'complete',
    });
    expect(told('plan.cancelled').map(({ planId, reason }) => [planId, reason])).toEqual([
      [idOf('B'), `It depends on plan ${idOf('A')}, which ended failed`],
      [idOf('C'), `It depends on plan ${idOf('B')}, which ended cancelled`],
    ]);
    expect(movesOf(facts, idOf('C'))).toEqual(['strategize.cancelled']);
    expect(output).toMatchObject({
      outcome: 'failed',
      fault: { code: 'SUBPLANS_FAILED', message: expect.stringContaining('3 of 4') },
    });
  });

  test('reach over teams', async () => {
    const members = Array.from({ length: 100 }, (_, index) =>
      memberOf(index, { dependsOn: index < 65 ? [] : [index - 65] }),
    );
    const { ended, started } = group(members, { executionMode: 'dependencyOrdered', maxParallel: 50 }, () => 't');
    expect((await ended()).outcome).toBe('complete');
    for (let index = 65; index < 100; index += 1) {
      expect(started.indexOf(idOf(index))).toBeGreaterThan(started.indexOf(idOf(index - 65)));
    }
  });

  test('over teams on a child that failed are cancelled', async () => {
    const members = Array.from({ length: 66 }, (_, index) => memberOf(index, { dependsOn: index === 65 ? [0] : [] }));
    const { ended, states } = group(
      members,
      { executionMode: 'dependencyOrdered', retryFailed: false, maxParallel: 50 },
      planId => (planId === idOf(0) ? fails() : 't'),
    );
    await ended();
    expect(states()[idOf(65)]).toBe('cancelled');
  });

  test('in a circle, or on nobody, are refused before anything runs', async () => {
    const circle = group(
      [memberOf('A', { dependsOn: ['B'] }), memberOf('B', { dependsOn: ['A'] })],
      { executionMode: 'dependencyOrdered' },
      () => 't',
    );
    expect(await circle.ended()).toMatchObject({
      outcome: 'failed',
      fault: { code: 'DEPENDENCY_CYCLE', message: expect.stringContaining('goal A, goal B') },
    });
    expect(circle.facts).toEqual([]);
    const unknown = group([memberOf('A', { dependsOn: ['Z'] })], { executionMode: 'dependencyOrdered' }, () => 't');
    expect(await unknown.ended()).toMatchObject({
      outcome: 'failed',
      fault: { code: 'INVALID_DECISION', message: expect.stringContaining(idOf('Z')) },
    });
  });
});

describe('failFast', () => {
  test('cancels who waits, stops who runs, and merges nothing that comes later [R78]', async () => {
    let aborted = 0;
    const { ended, states, actor } = group(
      named('A', 'B', 'C'),
      { failFast: true, maxParallel: 2, retryFailed: false },
      (planId, _, signal) => {
        if (planId === idOf('A')) return fails();
        signal.addEventListener('abort', () => {
          aborted += 1;
        });
        return never();
      },
    );
    const output = await ended();
    expect(aborted).toBe(1);
    expect(states()).toEqual({ [idOf('A')]: 'failed', [idOf('B')]: 'cancelled', [idOf('C')]: 'cancelled' });
    expect(output).toMatchObject({ outcome: 'failed', children: [] });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });

  test('switched off lets the others finish, and lists every failure [R79]', async () => {
    const { ended } = group(named('A', 'B', 'C'), { retryFailed: false }, planId =>
      planId === idOf('C') ? 't' : fails(),
    );
    const output = await ended();
    expect(output.children.map(({ planId }) => planId)).toEqual([idOf('C')]);
    expect(output).toMatchObject({
      fault: { message: expect.stringMatching(/2 of 3.*goal A.*goal B/), retriable: true },
    });
  });

  test('names at most ten of those that failed, and counts the rest', async () => {
    const output = await group(
      named(...Array.from({ length: 12 }, (_, index) => index)),
      { retryFailed: false, maxParallel: 12 },
      fails,
    ).ended();
    expect(output).toMatchObject({
      fault: { message: expect.stringContaining('goal 9" (INTERNAL: it broke) and 2 more') },
    });
  });
});

describe('A hold', () => {
  test('stops everybody, starts nobody, and lets all go on after', async () => {
    let isHeld = true;
    const { actor, ended, started } = group(named('A', 'B', 'C'), { maxParallel: 2 }, () => (isHeld ? never() : 't'));
    await until(() => started.length === 2);
    actor.send({ type: 'pause' });
    expect(planIn(actor, idOf('A')).snapshot().context.place.state).toBe('paused');
    isHeld = false;
    started.length = 0;
    actor.send({ type: 'resume' });
    expect((await ended()).outcome).toBe('complete');
    expect(started).toEqual([idOf('A'), idOf('B'), idOf('C')]);
  });

  test('outlasts the last child, so that the parent is there when the group ends', async () => {
    let release = () => {};
    const { actor, started, states } = group(named('A'), {}, () => 't', {
      dismiss: () =>
        new Promise(resolve => {
          release = () => resolve({ ref: null });
        }),
    });
    await until(() => started.length === 1 && planIn(actor, idOf('A')).snapshot().matches('parting'));
    actor.send({ type: 'pause' });
    release();
    await until(() => states()[idOf('A')] === 'complete');
    expect(actor.getSnapshot().status).toBe('active');
    actor.send({ type: 'resume' });
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'complete' });
  });

  test('ends with a cancel', async () => {
    const { actor, ended, started } = group(named('A', 'B'), { maxParallel: 1 }, never);
    await until(() => started.length === 1);
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough', children: [] });
  });

  test('of a group that is being called off does not keep a second cancel from being heard', async () => {
    const { actor, ended, started } = group(
      named('A', 'B'),
      { failFast: true, retryFailed: false },
      planId => (planId === idOf('A') ? fails() : never()),
      { dismiss: () => new Promise(resolve => setImmediate(() => resolve({ ref: null }))) },
    );
    await until(() => started.length === 2 && actor.getSnapshot().value === 'dispersing');
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect(await ended()).toMatchObject({ outcome: 'cancelled', reason: 'enough' });
  });
});
