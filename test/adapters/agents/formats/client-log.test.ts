/** Lines of the clients of OpenAI and Anthropic, as pi 0.73.1 prints them on standard error and Qwen Code 0.15.10 on standard output. */
import { expect, it } from 'vitest';
import { createClientLogReader } from '../../../../src/adapters/agents/formats/client-log.ts';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';

const line = (remaining: number, status = 429) =>
  `[log_113e57] post http://127.0.0.1:4107/v1/chat/completions failed with status ${status} in 118ms - retrying, ${remaining} attempts remaining`;
const ended = '[log_113e57] post http://127.0.0.1:4107/v1/chat/completions succeeded with status 200 in 12ms';

it('counts the retries of each request, with their cause', () => {
  const { read } = createClientLogReader();
  const retries = [line(3), line(2), line(1), line(3), ended, line(2, 503)].map(read);
  expect(retries.map(events => events?.map(event => event.kind === 'retry' && [event.attempt, event.cause]))).toEqual([
    [[1, 'rate_limit']],
    [[2, 'rate_limit']],
    [[3, 'rate_limit']],
    [[1, 'rate_limit']],
    [],
    [[2, 'other']],
  ]);
  expect(read('another line')).toBeNull();
});

it('is read where the agent prints it', () => {
  const options = { directory: '/project' };
  expect(readers.pi(options).readError?.(line(2))).toMatchObject([{ kind: 'retry', cause: 'rate_limit' }]);
  expect(readers.claude(options).read(line(2))).toMatchObject([{ kind: 'retry', cause: 'rate_limit' }]);
});
