import { expect, test } from 'vitest';
import { openEngine } from '../../../src/adapters/queue/engine.ts';

test.each([
  ['no address', 'the queue', 'the queue'],
  ['another protocol', 'http://me:word@host/x', 'http://host'],
])('%s is refused with examples, and shows no password', async (_, url, where) => {
  await expect(openEngine(url)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('redis://HOST'),
    where,
  });
});

test.each(['Upper', '1st', 'a-b', ''])('the namespace "%s" is refused', async namespace => {
  await expect(openEngine('redis://localhost', { namespace })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('namespace'),
  });
});

test.each(['redis', 'postgres'])('a server of %s that does not answer is named without its password', async scheme => {
  const opening = openEngine(`${scheme}://me:word@127.0.0.1:1/0`, { connectMs: 200 });
  const error = await opening.catch(thrown => thrown);
  expect(error).toMatchObject({ code: 'QUEUE_UNREACHABLE', where: `${scheme}://me@127.0.0.1:1/0` });
  expect(error.message).not.toContain('word');
});
