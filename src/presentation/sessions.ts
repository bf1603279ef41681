import { type RecordedSession, shellQuote } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

const stateTexts: Readonly<Record<RecordedSession['state'], string>> = {
  working: 'not ended',
  ended: 'ended',
  failed: 'failed',
  lost: 'lost: the agent does not have it any more',
};

/** Returns a line for each session of a plan's agents, the last one used last. */
export function formatSessions(sessions: readonly RecordedSession[]): string[] {
  return sessions.map(({ sessionId, program, role, state }) =>
    sanitizeLine(`Session ${sessionId} of ${program} (${role}, ${stateTexts[state]})`),
  );
}

/** Returns what programs get of a session. */
export function sessionData({ given: _, run: __, sequence: ___, ...shown }: RecordedSession) {
  return shown;
}

/** Returns what a person types into a shell to run a command in a folder. */
export function commandIn(folder: string, argv: readonly string[]): string {
  return `cd ${shellQuote(folder)} && ${argv.map(shellQuote).join(' ')}`;
}
