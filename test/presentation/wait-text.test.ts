import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../src/model/errors.ts';
import { agentQueueText, retryDelayText } from '../../src/presentation/wait-text.ts';

const error = new TroupeError('AGENT_FAILED', 'exit 1').toJSON();
const limited = { ...error, category: 'rate_limited' as const };
const waiting = { error, tries: 1, triesMax: 3, waitMs: 1500, until: null } as Parameters<typeof retryDelayText>[0];

describe('the delay of a plan', () => {
  test.each([
    [1500, '2 s'],
    [119_000, '1 min 59 s'],
    [150_000, '2 min 30 s'],
    [3 * 3_600_000, '3 h'],
  ])('shows the duration after a failed attempt: %s ms', (waitMs, span) => {
    expect(retryDelayText({ ...waiting, waitMs })).toBe(`attempt 1 of 3 failed, retry after ${span}: exit 1`);
  });

  test('shows the end of a rate limit, or the duration when the end is unknown', () => {
    expect(retryDelayText({ ...waiting, error: limited, until: '2026-11-21T10:00:00.000Z' })).toBe(
      'rate-limited until 2026-11-21T10:00:00Z: exit 1',
    );
    expect(retryDelayText({ ...waiting, error: limited })).toBe('rate-limited for 2 s: exit 1');
  });
});

describe('the queue of an agent', () => {
  test('shows the limit and the number of agents ahead', () => {
    expect(
      agentQueueText({ cap: 'machine', agent: 'coder', most: 1, ahead: 0 } as Parameters<typeof agentQueueText>[0]),
    ).toBe('1 agent on this machine may work at once, and that many are working; it is next');
    expect(
      agentQueueText({ cap: 'agent', agent: 'coder', most: 2, ahead: 3 } as Parameters<typeof agentQueueText>[0]),
    ).toBe('2 agents called coder may work at once, and that many are working; 3 ahead in the queue');
  });
});
