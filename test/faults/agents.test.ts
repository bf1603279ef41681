import { agentFaults } from './agents.ts';
import { provoked } from './provoked.ts';

provoked('agents', agentFaults);
