import { applyErrors } from './apply-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('applying results', applyErrors);
