import { expect, test } from 'vitest';
import { commandLineWithoutSecrets } from '../../../src/cli/project/environment.ts';

test('a command as shown to others has no values of --env and --arg', () => {
  const words = ['run', '--env', 'KEY=abc', '--arg', 'a=b=c', '--env=X=1', '--arg=y=2', '--env', 'NAME', 'goal=1'];
  expect(commandLineWithoutSecrets(words)).toBe(
    'troupe run --env KEY=… --arg a=… --env=X=… --arg=y=… --env NAME goal=1',
  );
});
