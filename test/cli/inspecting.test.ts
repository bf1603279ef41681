import { expect, test } from 'vitest';
import { pageOf } from '../../src/cli/inspecting.ts';
import { playhouse } from '../runtime/playhouse.ts';

test('a window has one page of the inspector, which is served when it is asked for and ends with the window', async () => {
  const { troupe } = await playhouse();
  const page = pageOf(troupe);
  const first = await page.invite();
  const second = await page.invite();
  expect(new URL(second).host).toBe(new URL(first).host);
  expect(second).not.toBe(first);
  expect((await fetch(first, { redirect: 'manual' })).status).toBe(303);
  await page[Symbol.asyncDispose]();
  await expect(fetch(second)).rejects.toThrow();
  // Nobody asked: there is nothing to end.
  await pageOf(troupe)[Symbol.asyncDispose]();
});
