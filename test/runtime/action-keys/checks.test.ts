import { checkCases } from './checks.ts';
import { testKeys } from './test-keys.ts';

testKeys('action', checkCases);
