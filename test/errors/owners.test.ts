import { ownerErrors } from './owner-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('owners', ownerErrors);
