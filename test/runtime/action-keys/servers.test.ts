import { serverCases } from './servers.ts';
import { testKeys } from './test-keys.ts';

testKeys('agent', serverCases);
