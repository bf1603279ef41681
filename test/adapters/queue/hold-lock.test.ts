import { expect, test } from 'vitest';
import { holdLock } from '../../../src/adapters/queue/worker/hold-lock.ts';

const leaseMs = 60;

test('of two attempts of one worker at one job, only the one that lost its lock ends [R274]', async () => {
  const renewed: string[] = [];
  const lost: string[] = [];
  const job = {
    async extendLock(token: string) {
      renewed.push(token);
      return token === 'now' ? 1 : 0;
    },
  };
  const releaseBefore = holdLock(job, { token: 'before', leaseMs, onLost: () => lost.push('before') });
  const releaseNow = holdLock(job, { token: 'now', leaseMs, onLost: () => lost.push('now') });
  await expect.poll(() => lost).toContain('before');
  releaseBefore();
  const { length } = renewed;
  await expect.poll(() => renewed.length).toBeGreaterThan(length + 3);
  releaseNow();
  expect(new Set(renewed.slice(length))).toEqual(new Set(['now']));
  expect(lost).not.toContain('now');
});

test('a server that cannot be reached costs no lock', async () => {
  const lost: string[] = [];
  let requests = 0;
  const extendLock = async () => {
    requests += 1;
    throw new Error('ECONNRESET');
  };
  const release = holdLock({ extendLock }, { token: 't', leaseMs, onLost: () => lost.push('t') });
  await expect.poll(() => requests).toBeGreaterThan(3);
  release();
  expect(lost).toEqual([]);
});
