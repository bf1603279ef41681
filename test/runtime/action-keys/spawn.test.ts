import { spawnCases } from './spawn.ts';
import { testKeys } from './test-keys.ts';

testKeys('step', spawnCases);
