import { expect, test } from 'vitest';
import { requiredArgument } from '../../src/cli/required-argument.ts';

const args = { text: (name: string) => (name === 'file' ? 'plan.json' : undefined), has: () => false, list: () => [] };

test('A required argument is there; asking for one that may be missing is an error', () => {
  expect(requiredArgument(args, 'file')).toBe('plan.json');
  expect(() => requiredArgument(args, 'plan')).toThrow(new TypeError('The argument plan is optional'));
});
