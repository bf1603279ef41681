import { expect, test } from 'vitest';
import { errorCodes } from '../../src/index.ts';
import { agentErrors } from './agent-scenarios.ts';
import { applyErrors } from './apply-scenarios.ts';
import { inputErrors } from './input-scenarios.ts';
import { ownerErrors } from './owner-scenarios.ts';
import { planErrors } from './plan-scenarios.ts';
import { storeErrors } from './store-scenarios.ts';
import { workerErrors } from './worker-scenarios.ts';

/** It needs an application without the packages of the inspector: test/package-check.ts raises it and follows its hint. */
const raisedByPackageCheck = ['PACKAGE_MISSING'];

test('Every error code is raised once, and its hints are run [R195]', () => {
  const areas = [inputErrors, planErrors, agentErrors, applyErrors, storeErrors, ownerErrors, workerErrors];
  const raised = [...areas.flatMap(area => Object.keys(area)), ...raisedByPackageCheck];
  expect(raised.sort()).toEqual(Object.keys(errorCodes).sort());
});
