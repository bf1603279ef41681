import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { type DecisionDraft, defaultRevertGuidance } from '../../../src/model/decision.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEvent, PlanEventPayload } from '../../../src/model/event.ts';
import { breakerMessage } from '../../../src/model/failure-fingerprint.ts';
import { adviceFrom, type FailurePattern } from '../../../src/model/failure-pattern.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openFailureMemory } from '../../../src/runtime/memory/failure-memory.ts';
import { keys } from '../../../src/runtime/records/keys.ts';
import { openLedger } from '../../../src/runtime/records/ledger.ts';
import { testId } from '../../fixtures.ts';
import { sampleDecision } from '../../machines/fixtures.ts';

const planId = testId('P');
let seconds = 0;
const at = (payload: PlanEventPayload): PlanEvent => {
  seconds += 1;
  return { ...payload, seq: String(seconds), at: new Date(seconds * 1000).toISOString() };
};
const failure = (message: string, more: Partial<Extract<PlanEventPayload, { type: 'error.recorded' }>> = {}) =>
  at({
    type: 'error.recorded',
    planId,
    phase: 'execute',
    error: new TroupeError('AGENT_FAILED', message).toJSON(),
    details: {},
    ...more,
  });

/** Receives events as from the runtime, each in a separate batch. */
async function memory(given?: Store) {
  const store = given ?? (await memoryStore()());
  const patterns = await openFailureMemory(store);
  return {
    hear: (...events: PlanEvent[]) => store.batch(events.flatMap(event => patterns.rowsFor(event))),
    async rows() {
      const found: FailurePattern[] = [];
      for await (const [, row] of store.entries(keys.patterns)) found.push(row as FailurePattern);
      return found;
    },
    store,
  };
}

describe('The failure memory', () => {
  test('holds one row per kind, and continues counting after a restart', async () => {
    const { hear, rows, store } = await memory();
    await hear(failure('no disk 1'), failure('no disk 2'), failure('no paint'));
    const again = await memory(store);
    await again.hear(failure('no disk 3'));
    expect((await rows()).map(({ times, error }) => [error.message, times]).toSorted()).toEqual([
      ['no disk 3', 3],
      ['no paint', 1],
    ]);
  });

  test('counts a failure that opened the circuit breaker as the same kind', async () => {
    const { hear, rows } = await memory();
    await hear(failure('no disk'), failure(breakerMessage('no disk', 3)));
    expect((await rows()).map(({ times }) => times)).toEqual([2]);
  });

  test('opens and continues although a row cannot be read', async () => {
    const store = await memoryStore()();
    await store.batch([{ type: 'put', key: keys.pattern('odd'), value: { written: 'by another version' } }]);
    const { hear } = await memory(store);
    await hear(failure('no disk'));
    expect((await openLedger(store).failurePatterns()).map(({ times }) => times)).toEqual([1]);
  });

  test('removes the least recently seen kind when there are too many', async () => {
    const { hear, rows } = await memory();
    const word = (number: number) => String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26));
    await hear(...Array.from({ length: 100 }, (_, number) => failure(`about ${word(number)}`)));
    await hear(failure('about aa'), failure('one more'));
    const messages = (await rows()).map(({ error }) => error.message);
    expect(messages).toHaveLength(100);
    expect(messages).toEqual(expect.arrayContaining(['about aa', 'one more']));
    expect(messages).not.toContain('about ab');
  });

  test('stores no secrets, no output and no overlong messages', async () => {
    const { hear, rows } = await memory();
    const key = `ghp_${'a1B2'.repeat(9)}`;
    const error = new TroupeError('AGENT_FAILED', `${key} ${'x'.repeat(5_000)}`, { details: { output: 'all of it' } });
    await hear(failure('', { error: error.toJSON() }));
    const [row] = await rows();
    expect(JSON.stringify(row)).not.toContain(key);
    expect(JSON.stringify(row)).not.toContain('all of it');
    expect(row?.error.message.length).toBeLessThan(310);
  });

  test('records guidance as helpful only if the same phase then succeeds', async () => {
    const { hear, rows } = await memory();
    const helped = async () => (await rows()).map(row => row.helped);
    const moved = (phase: 'strategize' | 'execute', state: 'complete' | 'errored') =>
      at({
        type: 'plan.phase_changed',
        planId,
        from: { phase, state: 'processing' },
        to: { phase, state },
        cause: 'x',
      });
    await hear(failure('no disk'), at({ type: 'plan.prompted', planId, guidance: 'Clean up first' }));
    await hear(at({ type: 'plan.prompted', planId: testId('Q'), guidance: 'Not for this one' }));
    await hear(moved('strategize', 'complete'), moved('execute', 'errored'));
    expect(await helped()).toEqual([[]]);
    await hear(moved('execute', 'complete'));
    expect(await helped()).toEqual([['Clean up first']]);
    await hear(at({ type: 'plan.prompted', planId, guidance: 'Too late' }), moved('execute', 'complete'));
    expect(await helped()).toEqual([['Clean up first']]);
  });
});

describe('The failure memory', () => {
  const other = testId('Q');
  const error = new TroupeError('AGENT_FAILED', 'no disk').toJSON();

  test('records a wait for a service like an error, and ignores a command that was misused', async () => {
    const { hear, rows } = await memory();
    const waiting = { error, tries: 1, triesMax: 3, waitMs: 10, until: null };
    await hear(at({ type: 'attempt.delayed', planId, phase: 'execute', waiting }));
    await hear(failure('', { error: new TroupeError('USAGE', 'no such command').toJSON() }));
    expect((await rows()).map(row => [row.error.message, row.times])).toEqual([['no disk', 1]]);
  });

  test('links guidance to the plan that got it, and not to another with the same failure', async () => {
    const { hear, rows } = await memory();
    await hear(failure('no disk'), failure('no disk', { planId: other }));
    await hear(at({ type: 'plan.prompted', planId: other, guidance: 'Clean up first' }));
    expect((await rows()).map(({ open }) => open)).toEqual([
      [
        { planId, guidance: [] },
        { planId: other, guidance: ['Clean up first'] },
      ],
    ]);
  });

  test('takes guidance from a revert, and not from its default or from another decision', async () => {
    const { hear, rows } = await memory();
    const decided = (type: DecisionDraft['type'], chosenOption: string) =>
      at({
        type: 'decision.recorded',
        planId,
        decision: { ...sampleDecision('D'), planId, type, chosenOption },
      });
    await hear(failure('no disk'), decided('reversion', defaultRevertGuidance), decided('user_intervention', 'Stop'));
    expect((await rows()).flatMap(({ open }) => open)).toEqual([{ planId, guidance: [] }]);
    await hear(decided('reversion', 'Use the other disk'));
    expect((await rows()).flatMap(({ open }) => open)).toEqual([{ planId, guidance: ['Use the other disk'] }]);
  });
});

describe('Failure advice', () => {
  test('lists the most frequent failures first, then the latest, and only a few', async () => {
    const { hear, rows } = await memory();
    await hear(...['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'bb'].map(word => failure(`about ${word}`)));
    const subjects = adviceFrom(await rows(), 'execution').map(lesson => /about (\w+)/.exec(lesson)?.[1]);
    expect(subjects).toEqual(['bb', 'ff', 'ee', 'dd', 'cc']);
  });

  test.each([
    ['READ_ONLY_BREACH', {}, 'Change no file while you plan.'],
    ['CHECKOUT_TOUCHED', {}, 'Write nowhere but below the folder'],
    [
      'VALIDATION_FAILED',
      { validations: [{ name: 'tests', outputTail: 'a\nlast\n' }] },
      '"tests" passes; it said: last',
    ],
    ['VALIDATION_FAILED', { validations: [{ name: 'tests', outputTail: '' }, null, {}] }, 'see that "tests" passes.'],
    ['VALIDATION_FAILED', { validations: [{ name: 'tests' }] }, 'see that "tests" passes.'],
    ['VALIDATION_FAILED', { validations: [] }, 'make sure that this cannot happen: it broke'],
  ] as const)('for %s says what to check', async (code, details, words) => {
    const { hear, rows } = await memory();
    await hear(failure('', { error: new TroupeError(code, 'it broke', { details }).toJSON() }));
    expect(adviceFrom(await rows(), 'execution').join()).toContain(words);
  });
});
