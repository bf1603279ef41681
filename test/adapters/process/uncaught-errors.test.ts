import { describe, expect, test } from 'vitest';
import { guardWork, handleUncaught } from '../../../src/adapters/process/uncaught-errors.ts';

const forever = () => new Promise<never>(() => {});

/** Work that never ends by itself, and whose timer hands `error` to the handler a process would have. */
function failing(planId: string, error: unknown, seen: (planId: string | null, signal: AbortSignal) => void) {
  return guardWork({ planId, signal: new AbortController().signal }, signal => {
    setImmediate(() => seen(handleUncaught(error), signal));
    return forever();
  });
}

describe('work that is guarded', () => {
  test('fails with what is caught for it, its signal is aborted, and the work beside it goes on [R189]', async () => {
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

  test('says what the system means where it does', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/here' });
    await expect(failing('mine', full, () => {})).rejects.toMatchObject({ code: 'DISK_FULL', where: '/here' });
  });

  test('is stopped by whoever may stop it, before it begins or while it lasts', async () => {
    const before = AbortSignal.abort(new Error('before'));
    expect(await guardWork({ planId: 'mine', signal: before }, async signal => signal.reason)).toBe(before.reason);
    const stop = new AbortController();
    const reason = await guardWork({ planId: 'mine', signal: stop.signal }, async signal => {
      stop.abort(new Error('meanwhile'));
      return signal.reason;
    });
    expect(reason).toEqual(new Error('meanwhile'));
  });

  test('is not to blame for what comes from elsewhere, nor changed by what comes when it is over', async () => {
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
