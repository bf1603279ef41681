import { agentErrors } from './agent-scenarios.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios('agents', agentErrors);
