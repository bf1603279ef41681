/** Which session of an earlier run a later run continues. */
import type { AgentRole } from './agent.ts';
import type { AgentSession, RecordedSession } from './agent-session.ts';
import { type Rollback, rollbackThatUndid } from './rollback-history.ts';

/** What a later run has to have in common with a session to continue it. */
export type SessionMatch = Pick<AgentSession, 'program' | 'role' | 'attempt' | 'directory'>;

/** Failed runs after which a session is not continued: it may be the cause. */
const failuresMax = 2;

/**
 * Returns the session that a run continues; null if it begins a new one.
 * 1. It is of the same program and in the same folder. Fixes continue the session of the work; other roles have their own.
 * 2. The work is of one attempt: a new attempt starts with other files. A strategist changes no files, so its session goes
 *    on in later attempts.
 * 3. A rollback to before the end of its last run ends a session: it remembers work that was undone.
 * 4. A session that failed repeatedly is not continued.
 */
export function sessionToContinue(
  sessions: readonly RecordedSession[],
  wanted: SessionMatch,
  rollbacks: readonly Rollback[],
): RecordedSession | null {
  const purpose = purposeOf(wanted.role);
  if (purpose === null) return null;
  const last = sessions
    .filter(
      session =>
        session.program === wanted.program &&
        session.directory === wanted.directory &&
        purposeOf(session.role) === purpose &&
        (purpose === 'strategy' || session.attempt === wanted.attempt),
    )
    .reduce<RecordedSession | null>(
      (newest, session) => (session.sequence > (newest?.sequence ?? -1) ? session : newest),
      null,
    );
  if (last === null || last.state === 'lost' || last.failures >= failuresMax) return null;
  return isUndone(last, rollbacks) ? null : last;
}

/** Without a recorded end nothing says that the run ended before the checkpoint of a later rollback. */
function isUndone({ state, sequence }: RecordedSession, rollbacks: readonly Rollback[]): boolean {
  return state === 'working'
    ? rollbacks.some(({ at }) => at > sequence)
    : rollbackThatUndid(rollbacks, sequence) !== null;
}

/** Roles with one purpose share a session. null for roles of a single answer, in a folder that is removed afterwards. */
function purposeOf(role: AgentRole): 'strategy' | 'work' | null {
  if (role === 'strategy') return 'strategy';
  return role === 'execution' || role === 'fix' ? 'work' : null;
}
