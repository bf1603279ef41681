import { describe, expect, test } from 'vitest';
import type { PlanTree } from '../../src/index.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { createLogLabels } from '../../src/presentation/log-labels.ts';

const tree = (planId: string, description: string, children: PlanTree[] = []): PlanTree =>
  ({ plan: { planId, description }, children }) as unknown as PlanTree;
const labels = (top: PlanTree) => createLogLabels(top, createColors(false));

describe('Labels of log lines', () => {
  test('are empty for a plan alone', () => {
    expect(labels(tree('R', 'All')).prefix('R')).toBe('');
  });

  test('have equal width, and tell subplans of one goal apart', () => {
    const found = labels(tree('R', 'All', [tree('C0001', 'Fix'), tree('C0002', 'Fix')]));
    expect(['R', 'C0001', 'C0002'].map(found.prefix)).toEqual(['plan     | ', 'Fix      | ', 'Fix 0002 | ']);
    expect(['R', 'C0002', 'X'].map(found.goal)).toEqual([null, 'Fix', null]);
  });

  test('of a plan that is not known are the end of its id', () => {
    const found = labels(tree('R', 'All', [tree('C0001', 'Fix')]));
    expect(found.has('01KAJ000UNKNOWN1')).toBe(false);
    expect(found.prefix('01KAJ000UNKNOWN1')).toBe('UNKNOWN1 | ');
  });

  test('are added for subplans that are created meanwhile, and known ones keep theirs', () => {
    const found = labels(tree('R', 'All', [tree('C0001', 'Fix')]));
    found.add(tree('R', 'Changed', [tree('C0001', 'Changed'), tree('C0002', 'Write')]));
    expect(['R', 'C0001', 'C0002'].map(found.prefix)).toEqual(['plan  | ', 'Fix   | ', 'Write | ']);
  });

  test('find plans by goal, whatever its case, or by a part of the id', () => {
    const found = labels(tree('01KAJ0000000000000R00TP1AN', 'All', [tree('01KAJ0000000000000CH11DP1N', 'Fix it')]));
    expect(found.find(' FIX IT ')).toEqual(['01KAJ0000000000000CH11DP1N']);
    expect(found.find('CH11DP1N')).toEqual(['01KAJ0000000000000CH11DP1N']);
    expect(found.find('plan')).toEqual(['01KAJ0000000000000R00TP1AN']);
    expect(found.find('other')).toEqual([]);
  });
});
