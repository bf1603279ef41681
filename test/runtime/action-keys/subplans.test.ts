import { subplanCases } from './subplans.ts';
import { testKeys } from './test-keys.ts';

testKeys('action', subplanCases);
