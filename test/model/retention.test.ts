import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { checkpointsToPrune } from '../../src/model/retention.ts';

const snapshot = { lastCompletedStep: -1, confidence: 1, estimate: null, guidance: [], errorDetails: {} };
/** `m` has a machine snapshot, `l` has a label, `t` belongs to a tool call. */
const made = (kinds: string) =>
  [...kinds].map((kind, at) => ({
    checkpointId: `${kind}${at}`,
    label: kind === 'l' ? 'mine' : null,
    decisionSequence: at,
    snapshot: kind === 'm' ? (snapshot as Checkpoint['snapshot']) : null,
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

  test('a machine snapshot is kept for remaining checkpoints around tool calls', () => {
    expect(going('mttt', 2)).toEqual(['t1']);
    expect(going('mttmtt', 2)).toEqual(['m0', 't1', 't2']);
  });
});
