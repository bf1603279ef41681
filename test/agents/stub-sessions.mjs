/**
 * The sessions of the stub agent, in the folder STUB_SESSIONS: found only by their id and in the folder they worked in. Each
 * run is a line of runs.jsonl there.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const flags = ['--resume', '--session', 'resume'];

/** Opens the session of a run. `session` is null if the agent does not have the one it is asked to continue. */
export function openSession(folder, { name, words, prompt }) {
  const at = words.findIndex(word => flags.includes(word));
  const joined = words.find(word => word.startsWith('--resume='))?.slice('--resume='.length) ?? null;
  const wanted = at < 0 ? joined : words[at + 1];
  const log = join(folder, 'runs.jsonl');
  const runs = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
  appendFileSync(log, `${JSON.stringify({ name, words, prompt, cwd: process.cwd(), wanted })}\n`);
  const file = id => join(folder, `${id}.json`);
  const stored = wanted !== null && existsSync(file(wanted)) ? JSON.parse(readFileSync(file(wanted), 'utf8')) : null;
  if (wanted !== null && stored?.cwd !== process.cwd()) return { session: null, wanted, runs };
  const given = words.find(word => word.startsWith('--session-id='))?.slice('--session-id='.length);
  const session = wanted ?? given ?? randomUUID();
  const save = steps => writeFileSync(file(session), JSON.stringify({ cwd: process.cwd(), steps }));
  save(stored?.steps ?? 0);
  return { session, wanted, runs, steps: stored?.steps ?? 0, save };
}
