import { stepCases } from './step.ts';
import { testKeys } from './test-keys.ts';

testKeys('step', stepCases);
