import { describe, expect, test } from 'vitest';
import { queuesFor, waitsFor } from '../../../src/cli/view/waiting.ts';
import { Fault } from '../../../src/model/fault.ts';

const fault = new Fault('AGENT_FAILED', 'exit 1').toJSON();
const limited = { ...fault, category: 'rate_limited' as const };
const waiting = { fault, tries: 1, triesMax: 3, waitMs: 1500, until: null } as Parameters<typeof waitsFor>[0];

describe('what a plan waits out', () => {
  test.each([
    [1500, '2 s'],
    [119_000, '119 s'],
    [150_000, '3 min'],
    [3 * 3_600_000, '3 h'],
  ])('after a failed try it says how long: %s ms', (waitMs, span) => {
    expect(waitsFor({ ...waiting, waitMs })).toBe(`attempt 1 of 3 failed, retry after ${span}: exit 1`);
  });

  test('at a limit it says until when, or how long where that is not known', () => {
    expect(waitsFor({ ...waiting, fault: limited, until: '2026-11-21T10:00:00.000Z' })).toBe(
      'rate-limited until 2026-11-21T10:00:00Z: exit 1',
    );
    expect(waitsFor({ ...waiting, fault: limited })).toBe('rate-limited for 2 s: exit 1');
  });
});

describe('why an agent does not begin', () => {
  test('names the cap and the line before it', () => {
    expect(queuesFor({ cap: 'machine', agent: 'coder', most: 1, ahead: 0 } as Parameters<typeof queuesFor>[0])).toBe(
      '1 agent on this machine may work at once, and as many do; it is next',
    );
    expect(queuesFor({ cap: 'agent', agent: 'coder', most: 2, ahead: 3 } as Parameters<typeof queuesFor>[0])).toBe(
      '2 agents called coder may work at once, and as many do; 3 before it',
    );
  });
});
