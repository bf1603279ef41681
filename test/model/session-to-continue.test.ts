import { describe, expect, test } from 'vitest';
import type { RecordedSession } from '../../src/model/agent-session.ts';
import { type SessionMatch, sessionToContinue } from '../../src/model/session-to-continue.ts';

const wanted: SessionMatch = { program: 'claude', role: 'fix', attempt: 1, directory: '/box' };
const session = (more: Partial<RecordedSession> = {}): RecordedSession => ({
  ...{
    sessionId: 's1',
    agent: 'claude',
    program: 'claude',
    role: 'execution',
    attempt: 1,
    directory: '/box',
    run: 'r',
  },
  ...{ state: 'ended', failures: 0, usage: { tokens: null, usd: null }, given: [] },
  ...{ sequence: 5, recordedAt: '2026-01-01T00:00:00.000Z', ...more },
});
const rollback = (at: number, to: number) => ({ at, to, decisionId: 'D' });

describe('A run continues', () => {
  test('the newest session of the work, for a fix, too', () => {
    const newest = session({ sessionId: 's2', sequence: 7 });
    expect(sessionToContinue([session(), newest, session({ sequence: 6 })], wanted, [])).toBe(newest);
  });

  test('the session of a strategist in a later attempt', () => {
    const planned = session({ role: 'strategy' });
    expect(sessionToContinue([planned], { ...wanted, role: 'strategy', attempt: 2 }, [])).toBe(planned);
  });

  test.each<[string, Partial<RecordedSession>, Partial<SessionMatch>]>([
    ['of a reviewer, which answers once', { role: 'review' }, { role: 'review' }],
    ['of another program', { program: 'codex' }, {}],
    ['of another folder', { directory: '/other' }, {}],
    ['of an earlier attempt', {}, { attempt: 2 }],
    ['of a strategist, for the work', { role: 'strategy' }, {}],
    ['that the agent has lost', { state: 'lost' }, {}],
    ['that failed twice', { failures: 2 }, {}],
  ])('no session %s', (_name, found, match) => {
    expect(sessionToContinue([session(found)], { ...wanted, ...match }, [])).toBeNull();
  });

  test('no session whose last run a rollback undid', () => {
    expect(sessionToContinue([session()], wanted, [rollback(9, 3)])).toBeNull();
    expect(sessionToContinue([session()], wanted, [rollback(9, 6)])).not.toBeNull();
  });

  test('no session that was at work when the plan was rolled back, wherever to', () => {
    expect(sessionToContinue([session({ state: 'working' })], wanted, [rollback(9, 6)])).toBeNull();
    expect(sessionToContinue([session({ state: 'working' })], wanted, [rollback(4, 3)])).not.toBeNull();
  });
});
