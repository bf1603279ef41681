import { sandboxCases } from './sandbox.ts';
import { testKeys } from './test-keys.ts';

testKeys('action', sandboxCases);
