import { limitCases } from './limits.ts';
import { testKeys } from './test-keys.ts';

testKeys('action', limitCases);
