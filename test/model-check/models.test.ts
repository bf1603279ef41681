import { describe, expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import * as machines from '../../machines/index.ts';
import { childMachine } from '../../machines/subplans/child.machine.ts';
import { shardMachine } from '../../machines/subplans/shard.machine.ts';
import { type Chart, chartOf } from '../../src/durable/chart.ts';
import { chartPositions, isCaseOf, type Move, movesOf, movesOnPath } from '../charts/moves.ts';
import { models } from './models.ts';

const charts: Record<string, AnyStateMachine> = {
  plan: machines.planMachine,
  subplans: machines.subplansMachine,
  shard: shardMachine,
  child: childMachine,
  merge: machines.mergeMachine,
  reconciliation: machines.reconciliationMachine,
  validation: machines.validationMachine,
  supervisor: machines.supervisorMachine,
  correction: machines.correctionMachine,
  apply: machines.applyMachine,
  partialApply: machines.partialApplyMachine,
  retry: machines.retryMachine,
};

test('Every chart has its properties', () => {
  expect(Object.keys(models).sort()).toEqual(Object.keys(charts).sort());
});

/** A descriptor of an event may end in a wildcard. */
const isReceived = (descriptor: string, events: readonly string[]) =>
  descriptor.endsWith('*')
    ? events.some(event => event.startsWith(descriptor.slice(0, -1)))
    : events.includes(descriptor);

describe.each(Object.entries(models))('Of the chart "%s"', (name, prove) => {
  const { verdicts, events, states, paths } = prove();
  const chart = charts[name] as AnyStateMachine;

  test('every guard has an error seeded in it', () => {
    const seeded = verdicts.flatMap(({ mutations }) => mutations.map(({ guard }) => guard));
    const guards = Object.keys(chart.implementations.guards ?? {});
    expect(guards.filter(guard => !seeded.some(error => error === guard || error.startsWith(`${guard},`)))).toEqual([]);
  });

  test('every event that it takes comes to it in some world [R198]', () => {
    expect(chart.events.filter(descriptor => !isReceived(String(descriptor), events))).toEqual([]);
  });

  test('every state is reached in some world, but those that decide at once', () => {
    expect(restingStates(chart).filter(id => !states.includes(id))).toEqual([]);
  });

  test.runIf(name === 'plan')(
    'its moves between positions are those of its outline, each of which is made [R210]',
    () => {
      const places = chartPositions(chartOf(chart) as Chart);
      const written = movesOf(places);
      const made = paths.flatMap(path => movesOnPath(path, places));
      expect(written.length).toBeGreaterThan(80);
      expect(made.filter(move => !written.some(each => isCaseOf(move, each))).map(moveText)).toEqual([]);
      expect(written.filter(each => !made.some(move => isCaseOf(move, each))).map(moveText)).toEqual([]);
    },
  );

  test.each(verdicts)('it holds in every state, and says something [R197]: $property', ({ holds, path, vacuous }) => {
    expect(path).toBeNull();
    expect(vacuous).toEqual([]);
    expect(holds).toBe(true);
  });

  test.each(
    verdicts.flatMap(({ property, mutations }) => mutations.map(error => ({ property, ...error }))),
  )('an error in $guard is found by [R198]: $property', ({ found, path, thrown }) => {
    expect(thrown).toBeNull();
    expect(found).toBe(true);
    expect(path.length).toBeGreaterThan(0);
  });
});

const moveText = ({ from, event, guards, to }: Move) => `${from} → ${to} by ${event} [${guards.join(', ')}]`;

/** States in which a chart can be seen: without states of their own, and with something to wait for. */
function restingStates({ root }: AnyStateMachine): string[] {
  return nodesOf(root)
    .filter(({ states, type }) => Object.keys(states).length === 0 && type !== 'history')
    .filter(({ always = [] }) => always.every(transition => transition.guard !== undefined))
    .map(({ id }) => id);
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(child => nodesOf(child as AnyStateNode))];
}
