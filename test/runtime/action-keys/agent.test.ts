import { agentCases } from './agent.ts';
import { testKeys } from './test-keys.ts';

testKeys('agent', agentCases);
