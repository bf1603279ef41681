/** A plan does not take a validation's word for it: an outcome counts only with the results and findings that belong to it. */
import { expect, test } from 'vitest';
import type { ValidationOutput } from '../../../machines/index.ts';
import type { Finding } from '../../../src/model/review.ts';
import { sampleError, sampleResult } from '../fixtures.ts';
import { runPlan, waitUntil as until } from '../run-machine.ts';

const never = () => new Promise<never>(() => {});
const blocker: Finding = { severity: 'blocking', path: 'f', line: 1, text: 'it is wrong' };
const passed: ValidationOutput = {
  ...{
    outcome: 'passed',
    results: [sampleResult('check')],
    bisection: null,
    findings: [],
    fixes: 0,
    toolCalls: 0,
    error: null,
  },
};

/** Where a plan with one required check goes when its validation says this. */
async function afterValidation(output: ValidationOutput): Promise<string> {
  const { actor, position, untilState } = runPlan(
    { validate: never },
    { validations: [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }] },
  );
  actor.send({ type: 'execute' });
  await until(() => position() === 'execute.queued');
  actor.send({ type: 'start' });
  await untilState({ execute: { processing: 'validating' } });
  actor.send({ type: 'xstate.done.actor.validation', actorId: 'validation', output } as never);
  await until(() => actor.getSnapshot().hasTag('resting'));
  return position();
}

test('A result is complete when its validation passed with a result for each required check', async () => {
  expect(await afterValidation(passed)).toBe('execute.complete');
});

test.each<[string, Partial<ValidationOutput>]>([
  ['the outcome says failed, whatever its results', { outcome: 'failed', error: sampleError() }],
  ['a required check failed, whatever the outcome', { results: [sampleResult('check', { passed: false })] }],
  ['a required check has no result', { results: [sampleResult('other')] }],
  ['a finding blocks', { findings: [blocker] }],
])('A result is not complete when %s [R198]', async (_, output) => {
  expect(await afterValidation({ ...passed, ...output })).toBe('execute.errored');
});
