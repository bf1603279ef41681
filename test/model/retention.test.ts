import { describe, expect, test } from 'vitest';
import { checkpointsToPrune } from '../../src/model/retention.ts';

/** `l` has a label, `m` has none. */
const made = (kinds: string) =>
  [...kinds].map((kind, at) => ({
    checkpointId: `${kind}${at}`,
    label: kind === 'l' ? 'mine' : null,
    decisionSequence: at,
    ref: `refs/troupe/${at}`,
  }));
const going = (kinds: string, limit: number) =>
  checkpointsToPrune(made(kinds).reverse(), limit).map(({ checkpointId }) => checkpointId);

describe('Beyond the limit of checkpoints', () => {
  test('the oldest are removed', () => {
    expect(going('mmmm', 2)).toEqual(['m0', 'm1']);
    expect(going('mmmm', 4)).toEqual([]);
  });

  test('labeled ones and the latest are kept', () => {
    expect(going('lmmm', 2)).toEqual(['m1', 'm2']);
    expect(going('llll', 1)).toEqual([]);
    expect(going('mm', 1)).toEqual(['m0']);
  });
});
