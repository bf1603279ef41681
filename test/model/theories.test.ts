import { describe, expect, test } from 'vitest';
import { theories } from './theories.ts';

describe.each(Object.entries(theories))('Of the chart "%s"', (_, prove) => {
  const verdicts = prove();

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
