import { describe, expect, test } from 'vitest';
import { checkpointOf } from '../effects.ts';
import { movesOf } from '../play.ts';
import { idOf, memberOf } from '../spec.ts';
import { fails, group } from './group.ts';

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
            sandbox: 's',
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

  test('keep their order in a sequence, in which one works at a time on all that it builds on [R176]', async () => {
    const given: Record<string, string[]> = {};
    const members = [memberOf('X'), ...diamond, memberOf('Y')];
    const { ended, started, peak } = group(members, { executionMode: 'sequential', maxParallel: 5 }, planId => planId, {
      prepare: ({ spec, attempt }) => {
        given[spec.planId.slice(-1)] = spec.startsWith.map(({ planId }) => planId.slice(-1));
        return {
          sandbox: { key: `${spec.planId}-${attempt}`, path: '/s' },
          startTree: 't0',
          checkpoint: checkpointOf('preExecute'),
        };
      },
    });
    expect((await ended()).outcome).toBe('complete');
    expect([peak(), started.map(planId => planId.slice(-1))]).toEqual([1, ['X', 'A', 'B', 'C', 'D', 'Y']]);
    expect(given).toEqual({ X: [], A: [], B: ['A'], C: ['A'], D: ['A', 'B', 'C'], Y: [] });
  });

  test('in a sequence that cannot be are refused as elsewhere, and with sequentialApply each has the one before [R176]', async () => {
    const circle = [memberOf('A', { dependsOn: ['B'] }), memberOf('B', { dependsOn: ['A'] })];
    expect(await group(circle, { executionMode: 'sequential' }, () => 't').ended()).toMatchObject({
      fault: { code: 'DEPENDENCY_CYCLE' },
    });
    const { ended, bases } = group(diamond, { mergeStrategy: 'sequentialApply' }, () => 't');
    expect((await ended()).outcome).toBe('complete');
    expect(bases).toEqual({
      ...{ [idOf('A')]: 't0', [idOf('B')]: 't0+A' },
      ...{ [idOf('C')]: 't0+A+B', [idOf('D')]: 't0+A+B+C' },
    });
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
      [idOf('B'), 'It depends on "goal A", which ended failed'],
      [idOf('C'), 'It depends on "goal B", which ended cancelled'],
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
