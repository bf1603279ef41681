/** `troupe/testing`: what every store, project and agent must keep, as tests for those who write their own. */
export { type AgentSuiteOptions, agentSuite, type TrialAgent } from './testing/agent-suite.ts';
export { type ProjectSuiteOptions, projectSuite, type TrialProject } from './testing/project-suite.ts';
export { type SuiteTools, storeSuite } from './testing/store-suite.ts';
