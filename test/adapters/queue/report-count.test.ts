import { expect, test } from 'vitest';
import { createReportCount } from '../../../src/adapters/queue/owner/report-count.ts';

test('a report that arrives twice counts once, and one that comes late counts', () => {
  const { accept } = createReportCount();
  expect([3, 4, 1, 3, 2].map(accept)).toEqual([true, true, true, false, true]);
});

test('waits for the last report, and not for those that another process got [R274]', async () => {
  const count = createReportCount();
  let isOver = false;
  const over = count.wait(5).then(() => {
    isOver = true;
  });
  count.accept(4);
  await Promise.resolve();
  expect(isOver).toBe(false);
  count.accept(5);
  await over;
  await count.wait(3);
});

test('another attempt counts from 1 again', () => {
  const count = createReportCount();
  count.accept(1);
  count.restart();
  expect(count.accept(1)).toBe(true);
});
