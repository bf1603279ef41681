import { type DiffRange, type PlanRecord, rejectedPhase } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** Explains an empty diff in one sentence. */
export function explainEmptyDiff(
  record: PlanRecord,
  { paths, ...between }: DiffRange & { paths: readonly string[] },
): string {
  if (paths.length > 0) return `No changes in ${paths.map(sanitizeLine).join(', ')}.`;
  if (between.correction !== undefined) return 'No changes: the correction came to the same files.';
  if (between.from !== undefined || between.to !== undefined) return 'No changes: the two are the same.';
  return `No changes: ${explainNoChanges(record)}.`;
}

function explainNoChanges(record: PlanRecord): string {
  const { phase, state, error } = record;
  const failure = error === null ? '' : ` (${error.code}: ${sanitizeLine(error.message).split('\n', 1)[0]})`;
  if (state === 'cancelled') return `the plan was cancelled before it changed a file`;
  if (rejectedPhase(record) !== null) return `${rejectedPhase(record)} was refused${failure}`;
  if (phase === 'strategize') return state === 'errored' ? `the strategy failed${failure}` : 'it was not executed yet';
  if (state === 'queued') return 'it was not executed yet';
  if (state === 'errored') return `${phase} failed before it changed a file${failure}`;
  if (state === 'conflicted') {
    const [attempt] = record.conflicts.flatMap(({ attempts = [] }) => attempts);
    if (attempt === undefined) return 'its conflicts come first ("troupe plan conflicts" lists them)';
    return `no attempt was chosen yet ("troupe plan diff --attempt ${attempt.attempt}" shows one)`;
  }
  if (state === 'processing' || state === 'paused') return 'the plan changed no file so far';
  return 'the plan changed no file';
}
