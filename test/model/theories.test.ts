import { describe, expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import * as machines from '../../machines/index.ts';
import { memberMachine } from '../../machines/subplans/member.ts';
import { teamMachine } from '../../machines/subplans/team.ts';
import { theories } from './theories.ts';

const charts: Record<string, AnyStateMachine> = {
  plan: machines.planMachine,
  subplans: machines.subplansMachine,
  team: teamMachine,
  member: memberMachine,
  merge: machines.mergeMachine,
  reconciliation: machines.reconciliationMachine,
  validation: machines.validationMachine,
  runtime: machines.runtimeMachine,
  correction: machines.correctionMachine,
  landing: machines.landingMachine,
  attempt: machines.attemptMachine,
};

test('Every chart has its theorems', () => {
  expect(Object.keys(theories).sort()).toEqual(Object.keys(charts).sort());
});

/** A descriptor of an event may end in a wildcard. */
const isHeard = (descriptor: string, events: readonly string[]) =>
  descriptor.endsWith('*')
    ? events.some(event => event.startsWith(descriptor.slice(0, -1)))
    : events.includes(descriptor);

describe.each(Object.entries(theories))('Of the chart "%s"', (name, prove) => {
  const { verdicts, events, states } = prove();
  const chart = charts[name] as AnyStateMachine;

  test('every guard has a fault seeded in it', () => {
    const seeded = verdicts.flatMap(({ faults }) => faults.map(({ guard }) => guard));
    const guards = Object.keys(chart.implementations.guards ?? {});
    expect(guards.filter(guard => !seeded.some(fault => fault === guard || fault.startsWith(`${guard},`)))).toEqual([]);
  });

  test('every event that it takes comes to it in some world [R198]', () => {
    expect(chart.events.filter(descriptor => !isHeard(String(descriptor), events))).toEqual([]);
  });

  test('every state is reached in some world, but those that decide at once', () => {
    expect(restingStates(chart).filter(id => !states.includes(id))).toEqual([]);
  });

  test.each(verdicts)('it holds in every state, and says something [R197]: $theorem', ({ holds, path, vacuous }) => {
    expect(path).toBeNull();
    expect(vacuous).toEqual([]);
    expect(holds).toBe(true);
  });

  test.each(
    verdicts.flatMap(({ theorem, faults }) => faults.map(fault => ({ theorem, ...fault }))),
  )('a fault in $guard is found by [R198]: $theorem', ({ found, path, thrown }) => {
    expect(thrown).toBeNull();
    expect(found).toBe(true);
    expect(path.length).toBeGreaterThan(0);
  });
});

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
