import { storeErrors } from './store-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('runtime', storeErrors);
