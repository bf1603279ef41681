/** What workers on other machines send: they know their own secrets, and not those of the process with the plan. */
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/model/redactor.ts';
import type { Dispatcher, ValidationWork } from '../../../src/ports/dispatcher.ts';
import type { ProcessResult } from '../../../src/ports/process.ts';
import { redactDispatcher } from '../../../src/runtime/secrets/redaction.ts';
import { fakeSecretLines, fakeSecrets } from '../../model/fake-secrets.ts';

test('what a validation printed on another machine has no secret [R182]', async () => {
  const printed = [...fakeSecretLines, 'and sesame-open'].join('\n');
  const end: ProcessResult = { outcome: 'exited', exitCode: 1, durationMs: 1, digest: '', tail: printed };
  const remote = { runValidations: () => ({ result: async () => end, close: async () => undefined }) };
  const dispatcher = redactDispatcher(remote as unknown as Dispatcher, createRedactor({ WORD: 'sesame-open' }));
  const { tail, ...rest } = await dispatcher.runValidations({} as ValidationWork).result(0);
  expect(fakeSecrets.filter(([, secret]) => tail.includes(secret))).toEqual([]);
  expect(tail).toContain('and [value of WORD]');
  expect(rest).toEqual({ outcome: 'exited', exitCode: 1, durationMs: 1, digest: '' });
});
