import { describe, expect, test } from 'vitest';
import { guardWork, handleUncaught } from '../../../src/adapters/process/uncaught-errors.ts';
import { TroupeError } from '../../../src/model/errors.ts';

const forever = () => new Promise<never>(() => {});

/** Work that never ends by itself, and whose timer passes `error` to the uncaught error handler. */
function failing(planId: string, error: unknown, seen: (planId: string | null, signal: AbortSignal) => void) {
  return guardWork({ planId, signal: new AbortController().signal }, signal => {
    setImmediate(() => seen(handleUncaught(error), signal));
    return forever();
  });
}

describe('guarded work', () => {
  test('fails with the uncaught error, its signal is aborted, and parallel work continues [R189]', async () => {
    const seen: [string | null, boolean][] = [];
    const other = guardWork({ planId: 'other', signal: new AbortController().signal }, async () => {
      await new Promise(setImmediate);
      return 'done';
    });
    const work = failing('mine', new Error('planted'), (planId, signal) => seen.push([planId, signal.aborted]));
    await expect(work).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'An error that nothing caught ended this work: planted',
      details: { stack: expect.stringContaining('uncaught-errors.test.ts') },
    });
    expect(seen).toEqual([['mine', true]]);
    expect(await other).toBe('done');
  });

  test('reports a known system error by its code', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/here' });
    await expect(failing('mine', full, () => {})).rejects.toMatchObject({ code: 'DISK_FULL', where: '/here' });
  });

  test('passes on an error of Troupe', async () => {
    const error = new TroupeError('TOOL_FAILED', 'planted');
    await expect(failing('mine', error, () => {})).rejects.toBe(error);
  });

  test.each([
    ['a thrown text', 'planted'],
    ['an error without a stack', Object.assign(new Error('planted'), { stack: undefined })],
  ])('describes %s', async (_, thrown) => {
    const message = 'An error that nothing caught ended this work: planted';
    await expect(failing('mine', thrown, () => {})).rejects.toMatchObject({ message, details: { stack: '' } });
  });

  test('can be stopped by its signal, before it starts and while it runs', async () => {
    const before = AbortSignal.abort(new Error('before'));
    expect(await guardWork({ planId: 'mine', signal: before }, async signal => signal.reason)).toBe(before.reason);
    const stop = new AbortController();
    const reason = await guardWork({ planId: 'mine', signal: stop.signal }, async signal => {
      stop.abort(new Error('meanwhile'));
      return signal.reason;
    });
    expect(reason).toEqual(new Error('meanwhile'));
  });

  test('does not fail for errors from elsewhere, nor for errors after its end', async () => {
    expect(handleUncaught(new Error('planted'))).toBeNull();
    let late: string | null = null;
    const over = await guardWork({ planId: 'mine', signal: new AbortController().signal }, async () => {
      setImmediate(() => {
        late = handleUncaught(new Error('late'));
      });
      return 'done';
    });
    expect(over).toBe('done');
    await expect.poll(() => late).toBe('mine');
  });
});
