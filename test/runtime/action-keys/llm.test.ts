import { llmCases } from './llm.ts';
import { testKeys } from './test-keys.ts';

testKeys('agent', llmCases);
