import { expect, test } from 'vitest';
import type { FromWorker } from '../../../src/adapters/queue/messages.ts';
import { createJobLine } from '../../../src/adapters/queue/worker/job-line.ts';

function openLine() {
  const sent: FromWorker[] = [];
  const stop = new AbortController();
  const line = createJobLine({
    ...{ job: 'j', attempt: 1, worker: 'w', signal: stop.signal },
    sender: () => ({ send: message => void sent.push(message), flush: async () => undefined }),
    onAttach: () => undefined,
    onStop: () => stop.abort(new Error('stopped')),
  });
  return { line, sent, stop };
}

const call = { method: 'call', tool: 't', input: null, foundBy: 'position' } as const;

test('an attempt that is stopped does not wait for answers: its owner may never give them [R274] [R275]', async () => {
  const { line, sent } = openLine();
  const waiting = [line.request(call), line.request({ method: 'permit', tool: 't', input: null }), line.request(call)];
  await expect.poll(() => sent).toHaveLength(2);
  line.receive({ type: 'stop', job: 'j', attempt: 1 });
  for (const each of waiting) await expect(each).rejects.toThrow('stopped');
  await expect(line.request(call)).rejects.toThrow('stopped');
  line.close();
});

test('an answer ends the request', async () => {
  const { line } = openLine();
  const asked = line.request(call);
  await Promise.resolve();
  line.receive({ type: 'reply', job: 'j', attempt: 1, id: 1, outcome: { value: 7 }, tree: null });
  expect(await asked).toBe(7);
  line.close();
});
