import { planErrors } from './plan-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('plans', planErrors);
