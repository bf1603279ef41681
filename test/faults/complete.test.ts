import { expect, test } from 'vitest';
import { faultTable } from '../../src/index.ts';
import { agentFaults } from './agents.ts';
import { ownerFaults } from './owners.ts';
import { planFaults } from './plans.ts';
import { resultFaults } from './results.ts';
import { runtimeFaults } from './runtime.ts';
import { wordFaults } from './words.ts';

test('Every code of the table of faults is provoked under its own name, once, and with it its hints are typed [R195]', () => {
  const areas = [wordFaults, planFaults, agentFaults, resultFaults, runtimeFaults, ownerFaults];
  expect(areas.flatMap(area => Object.keys(area)).sort()).toEqual(Object.keys(faultTable).sort());
});
