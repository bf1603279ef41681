import { expect, test } from 'vitest';
import { mergeEnvironment } from '../../src/model/environment.ts';

test("a plan's own variables only fill gaps with fallback, and take precedence with override [R47]", () => {
  const executionEnvironment = { MODE: 'plan', OWN: 'plan' };
  const host = { MODE: 'host', PATH: '/host' };
  expect(mergeEnvironment({ executionEnvironment, executionEnvPriority: 'fallback' }, host)).toEqual({
    MODE: 'host',
    OWN: 'plan',
    PATH: '/host',
  });
  expect(mergeEnvironment({ executionEnvironment, executionEnvPriority: 'override' }, host)).toEqual({
    MODE: 'plan',
    OWN: 'plan',
    PATH: '/host',
  });
});
