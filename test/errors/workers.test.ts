import { testScenarios } from './test-scenarios.ts';
import { workerErrors } from './worker-scenarios.ts';

testScenarios('workers', workerErrors);
