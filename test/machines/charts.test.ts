import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { backoffMs } from '../../machines/backoff.ts';
import * as machines from '../../machines/index.ts';
import { childMachine } from '../../machines/subplans/child.machine.ts';
import { shardMachine } from '../../machines/subplans/shard.machine.ts';

const charts: Record<string, AnyStateMachine> = {
  plan: machines.planMachine,
  subplans: machines.subplansMachine,
  team: shardMachine,
  member: childMachine,
  merge: machines.mergeMachine,
  reconciliation: machines.reconciliationMachine,
  validation: machines.validationMachine,
  attempt: machines.retryMachine,
  runtime: machines.supervisorMachine,
};

/** Every guard, action and effect that the chart's configuration mentions, as it is written there. */
function mentioned(
  part: unknown,
  found: { guards: unknown[]; actions: unknown[]; sources: unknown[] } = { guards: [], actions: [], sources: [] },
) {
  if (Array.isArray(part)) for (const inner of part) mentioned(inner, found);
  else if (typeof part === 'object' && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if (key === 'guard') found.guards.push(value);
      if (['actions', 'entry', 'exit'].includes(key)) found.actions.push(...[value].flat());
      if (key === 'src') found.sources.push(value);
      if (key !== 'params' && key !== 'context') mentioned(value, found);
    }
  }
  return found;
}

const nameOf = (written: unknown) => (typeof written === 'string' ? written : (written as { type?: string }).type);

describe.each(Object.entries(charts))('The chart "%s"', (_, chart) => {
  const { guards, actions, sources } = mentioned(chart.config);
  const known = chart.implementations;

  test('names every guard, action and effect it uses, and they are there', () => {
    for (const guard of guards) expect(Object.keys(known.guards)).toContain(nameOf(guard));
    for (const action of actions) expect(Object.keys(known.actions)).toContain(nameOf(action));
    for (const source of sources) expect(Object.keys(known.actors)).toContain(source);
    expect(actions.length).toBeGreaterThan(0);
  });

  test('is drawn with those names', () => {
    const drawn = JSON.stringify(chart.toJSON());
    for (const source of sources) expect(drawn).toContain(`"src":"${source}"`);
    expect(drawn).toContain(`"id":"${chart.id}"`);
  });

  test('has a bound for transitions that follow each other', () => {
    expect(chart.config.options?.maxIterations).toBe(1000);
  });
});

describe('Back-off', () => {
  test('doubles, spreads by a quarter, and is the same for the same seed', () => {
    for (const tries of [1, 2, 3, 4]) {
      const wait = backoffMs({ baseMs: 1_000, tries, seed: 'a' });
      expect(wait).toBe(backoffMs({ baseMs: 1_000, tries, seed: 'a' }));
      expect(wait).toBeGreaterThanOrEqual(750 * 2 ** (tries - 1));
      expect(wait).toBeLessThan(1_250 * 2 ** (tries - 1));
    }
    const waits = new Set(
      Array.from({ length: 50 }, (_, index) => backoffMs({ baseMs: 1_000, tries: 1, seed: `plan ${index}` })),
    );
    expect(waits.size).toBeGreaterThan(40);
  });

  test('has an end, and no wait is no wait', () => {
    expect(backoffMs({ baseMs: 1_000, tries: 60, seed: 'a' })).toBeLessThanOrEqual(4_500_000);
    expect(backoffMs({ baseMs: 0, tries: 3, seed: 'a' })).toBe(0);
  });
});
