import { goalCases } from './goal.ts';
import { testKeys } from './test-keys.ts';

testKeys('action', goalCases);
