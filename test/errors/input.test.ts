import { inputErrors } from './input-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('input', inputErrors);
