import { expect, test } from 'vitest';
import { createLazyInspector } from '../../src/cli/inspector.ts';
import { createTestProject } from '../runtime/test-project.ts';

test('a client has one page of the inspector, which is served on request and closes with the client', async () => {
  const { troupe } = await createTestProject();
  const page = createLazyInspector(troupe);
  const first = await page.invite();
  const second = await page.invite();
  expect(new URL(second).host).toBe(new URL(first).host);
  expect(second).not.toBe(first);
  expect((await fetch(first, { redirect: 'manual' })).status).toBe(303);
  await page[Symbol.asyncDispose]();
  await expect(fetch(second)).rejects.toThrow();
  // No page was requested, so there is nothing to close.
  await createLazyInspector(troupe)[Symbol.asyncDispose]();
});
