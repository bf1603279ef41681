import { describe, expect, test } from 'vitest';
import { subplanOf, ulidOf } from '../fixtures.ts';
import { positionsOf } from '../run-machine.ts';
import { sampleCheckpoint } from '../scripted-effects.ts';
import { failingSubplan, runSubplans } from './run-subplans.ts';

describe('Dependencies', () => {
  const diamond = [
    subplanOf('D', { dependsOn: ['B', 'C'] }),
    subplanOf('B', { dependsOn: ['A'] }),
    subplanOf('C', { dependsOn: ['A'] }),
    subplanOf('A'),
  ];

  test('are started in their order, each with all that it builds on folded in', async () => {
    const given: Record<string, string[]> = {};
    const { ended, started } = runSubplans(diamond, { executionMode: 'dependencyOrdered' }, () => 't', {
      prepare: ({ spec, attempt }) => {
        given[spec.planId] = spec.startsWith.map(({ planId }) => planId);
        const startTree = ['t0', ...spec.startsWith.map(({ planId }) => planId.slice(-1))].join('&');
        return {
          sandbox: { key: `${spec.planId}-${attempt}`, path: '/s' },
          startTree,
          checkpoint: {
            checkpointId: ulidOf('K'),
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
    expect(started).toEqual([ulidOf('A'), ulidOf('B'), ulidOf('C'), ulidOf('D')]);
    expect(given[ulidOf('D')]).toEqual([ulidOf('A'), ulidOf('B'), ulidOf('C')]);
    expect(output.children.find(({ planId }) => planId === ulidOf('D'))?.baseTree).toBe('t0&A&B&C');
  });

  test('keep their order in a sequence, in which one works at a time on all that it builds on [R176]', async () => {
    const given: Record<string, string[]> = {};
    const members = [subplanOf('X'), ...diamond, subplanOf('Y')];
    const { ended, started, peak } = runSubplans(
      members,
      { executionMode: 'sequential', maxParallel: 5 },
      planId => planId,
      {
        prepare: ({ spec, attempt }) => {
          given[spec.planId.slice(-1)] = spec.startsWith.map(({ planId }) => planId.slice(-1));
          return {
            sandbox: { key: `${spec.planId}-${attempt}`, path: '/s' },
            startTree: 't0',
            checkpoint: sampleCheckpoint('preExecute'),
          };
        },
      },
    );
    expect((await ended()).outcome).toBe('complete');
    expect([peak(), started.map(planId => planId.slice(-1))]).toEqual([1, ['X', 'A', 'B', 'C', 'D', 'Y']]);
    expect(given).toEqual({ X: [], A: [], B: ['A'], C: ['A'], D: ['A', 'B', 'C'], Y: [] });
  });

  test('in a sequence that cannot be are refused as elsewhere, and with sequentialApply each has the one before [R176]', async () => {
    const circle = [subplanOf('A', { dependsOn: ['B'] }), subplanOf('B', { dependsOn: ['A'] })];
    expect(await runSubplans(circle, { executionMode: 'sequential' }, () => 't').ended()).toMatchObject({
      error: { code: 'DEPENDENCY_CYCLE' },
    });
    const { ended, bases } = runSubplans(diamond, { mergeStrategy: 'sequentialApply' }, () => 't');
    expect((await ended()).outcome).toBe('complete');
    expect(bases).toEqual({
      ...{ [ulidOf('A')]: 't0', [ulidOf('B')]: 't0+A' },
      ...{ [ulidOf('C')]: 't0+A+B', [ulidOf('D')]: 't0+A+B+C' },
    });
  });

  test('of a child that failed are cancelled with that cause, and theirs too', async () => {
    const { ended, states, emitted, events } = runSubplans(
      [subplanOf('A'), subplanOf('B', { dependsOn: ['A'] }), subplanOf('C', { dependsOn: ['B'] }), subplanOf('E')],
      { executionMode: 'dependencyOrdered', retryFailed: false },
      planId => (planId === ulidOf('A') ? failingSubplan() : 't'),
    );
    const output = await ended();
    expect(states()).toEqual({
      [ulidOf('A')]: 'failed',
      [ulidOf('B')]: 'cancelled',
      [ulidOf('C')]: 'cancelled',
      [ulidOf('E')]: 'complete',
    });
    expect(emitted('plan.cancelled').map(({ planId, reason }) => [planId, reason])).toEqual([
      [ulidOf('B'), 'It depends on "goal A", which ended failed'],
      [ulidOf('C'), 'It depends on "goal B", which ended cancelled'],
    ]);
    expect(positionsOf(events, ulidOf('C'))).toEqual(['strategize.cancelled']);
    expect(output).toMatchObject({
      outcome: 'failed',
      error: { code: 'SUBPLANS_FAILED', message: expect.stringContaining('3 of 4') },
    });
  });

  test('reach over teams', async () => {
    const members = Array.from({ length: 100 }, (_, index) =>
      subplanOf(index, { dependsOn: index < 65 ? [] : [index - 65] }),
    );
    const { ended, started } = runSubplans(members, { executionMode: 'dependencyOrdered', maxParallel: 50 }, () => 't');
    expect((await ended()).outcome).toBe('complete');
    for (let index = 65; index < 100; index += 1) {
      expect(started.indexOf(ulidOf(index))).toBeGreaterThan(started.indexOf(ulidOf(index - 65)));
    }
  });

  test('over teams on a child that failed are cancelled', async () => {
    const members = Array.from({ length: 66 }, (_, index) => subplanOf(index, { dependsOn: index === 65 ? [0] : [] }));
    const { ended, states } = runSubplans(
      members,
      { executionMode: 'dependencyOrdered', retryFailed: false, maxParallel: 50 },
      planId => (planId === ulidOf(0) ? failingSubplan() : 't'),
    );
    await ended();
    expect(states()[ulidOf(65)]).toBe('cancelled');
  });

  test('in a cycle, or on an unknown subplan, are rejected before anything runs', async () => {
    const circle = runSubplans(
      [subplanOf('A', { dependsOn: ['B'] }), subplanOf('B', { dependsOn: ['A'] })],
      { executionMode: 'dependencyOrdered' },
      () => 't',
    );
    expect(await circle.ended()).toMatchObject({
      outcome: 'failed',
      error: { code: 'DEPENDENCY_CYCLE', message: expect.stringContaining('goal A, goal B') },
    });
    expect(circle.events).toEqual([]);
    const unknown = runSubplans(
      [subplanOf('A', { dependsOn: ['Z'] })],
      { executionMode: 'dependencyOrdered' },
      () => 't',
    );
    expect(await unknown.ended()).toMatchObject({
      outcome: 'failed',
      error: { code: 'INVALID_DECISION', message: expect.stringContaining(ulidOf('Z')) },
    });
  });
});
