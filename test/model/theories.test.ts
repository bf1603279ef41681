import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import * as machines from '../../machines/index.ts';
import { memberMachine } from '../../machines/subplans/member.ts';
import { theories } from './theories.ts';

const charts: Record<string, AnyStateMachine> = {
  plan: machines.planMachine,
  subplans: machines.subplansMachine,
  member: memberMachine,
  merge: machines.mergeMachine,
  reconciliation: machines.reconciliationMachine,
  validation: machines.validationMachine,
  runtime: machines.runtimeMachine,
  correction: machines.correctionMachine,
  attempt: machines.attemptMachine,
};

describe.each(Object.entries(theories))('Of the chart "%s"', (name, prove) => {
  const verdicts = prove();

  test('every guard has a fault seeded in it', () => {
    const seeded = verdicts.flatMap(({ faults }) => faults.map(({ guard }) => guard));
    const guards = Object.keys(charts[name]?.implementations.guards ?? {});
    expect(guards.length).toBeGreaterThan(0);
    expect(guards.filter(guard => !seeded.includes(guard))).toEqual([]);
  });

  test.each(verdicts)('it holds in every state: $theorem', ({ holds, path, states }) => {
    expect(path).toBeNull();
    expect(holds).toBe(true);
    expect(states).toBeGreaterThan(10);
  });

  test.each(
    verdicts.flatMap(({ theorem, faults }) => faults.map(fault => ({ theorem, ...fault }))),
  )('a fault in $guard is found by: $theorem', ({ found, path }) => {
    expect(found).toBe(true);
    expect(path.length).toBeGreaterThan(0);
  });
});
