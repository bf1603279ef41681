import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createToolHarness } from '../tool-harness.ts';

test.each([
  ['abc', 2, 'ab'],
  ['aéb', 2, 'a'],
  ['aéb', 3, 'aé'],
  ['a€b', 3, 'a'],
  ['a€b', 4, 'a€'],
  ['a😀b', 4, 'a'],
  ['a😀b', 5, 'a😀'],
])('A piece of a text ends with a whole character: %j, %i bytes', async (text, bytesMax, content) => {
  await using harness = await createToolHarness({ 'a.txt': text });
  const bytes = Buffer.byteLength(text);
  const result = await harness.call('read', { path: 'a.txt', bytesMax });
  expect(result).toEqual({ path: 'a.txt', content, encoding: 'utf8', bytes, truncated: true });
});

test('A piece without a whole character is given as base64', async () => {
  await using harness = await createToolHarness();
  writeFileSync(join(harness.directory, 'a'), Buffer.alloc(8, 0x80));
  const result = await harness.call('read', { path: 'a', bytesMax: 4 });
  expect(result).toMatchObject({ content: 'gICAgA==', encoding: 'base64', truncated: true });
});
